using System.Runtime.InteropServices;
using Quickstart;

const int BadUsage = 2;
const int StageFailed = 125;
const int Interrupted = 130;

using var interrupted = new CancellationTokenSource();
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

try
{
    if (Arguments.Parse(args) is not { } arguments)
    {
        Console.WriteLine(Arguments.Help);
        return 0;
    }
    return await Job.RunAsync(arguments, interrupted.Token);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message} See --help.");
    return BadUsage;
}
catch (StageException e)
{
    Console.Error.WriteLine(e.Message);
    return StageFailed;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; everything that was made is removed.");
    return Interrupted;
}

void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    interrupted.Cancel();
}
