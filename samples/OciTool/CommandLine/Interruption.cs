using System.Runtime.InteropServices;

namespace OciTool.CommandLine;

/// <summary>Turns the first Ctrl-C or termination into a cancellation; the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _onInterrupt;
    private readonly PosixSignalRegistration _onTerminate;

    public Interruption()
    {
        _onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, SIGINT));
        _onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, SIGTERM));
    }

    public CancellationToken Token => _source.Token;

    /// <summary>What a shell makes of a program that the signal ended.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        _onInterrupt.Dispose();
        _onTerminate.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context, int signal)
    {
        if (!_source.IsCancellationRequested)
        {
            context.Cancel = true;
            ExitCode = 128 + signal;
            _source.Cancel();
        }
    }
}
