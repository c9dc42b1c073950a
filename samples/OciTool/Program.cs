using System.CommandLine;
using System.CommandLine.Invocation;
using OciTool;
using OciTool.CommandLine;
using OciTool.Commands;
using OciTool.Output;

using var interruption = new Interruption();
ParseResult parsed = CommandTable.CreateRoot().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
try
{
    if (parsed.Action is ParseErrorAction)
    {
        throw UsageException.Of(parsed);
    }
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
}
catch (UsageException e)
{
    Failure.Print(e.Message);
    return ExitCode.BadUsage;
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    Failure.Print("Interrupted.");
    return interruption.ExitCode;
}
catch (Exception e)
{
    Failure.Print(e);
    return ExitCode.Failed;
}
