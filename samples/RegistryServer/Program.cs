using System.CommandLine;
using System.CommandLine.Invocation;
using RegistryServer;

var options = new RegistryOptions();
RootCommand command = options.CreateCommand();
command.SetAction((parsed, cancellationToken) => RegistryHost.RunAsync(options.Read(parsed), cancellationToken));
ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction error)
{
    // One line that says what is wrong, not the whole help around it.
    error.ShowHelp = false;
}
// The host itself takes SIGTERM and lets what runs end; System.CommandLine would end it after two seconds.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
