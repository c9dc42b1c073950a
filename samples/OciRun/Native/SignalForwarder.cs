using System.Runtime.InteropServices;
using Oci.Runtime.Linux;

namespace OciRun.Native;

/// <summary>Passes signals on to a process in the foreground; those that come before it is there are kept for it.</summary>
internal sealed class SignalForwarder : IDisposable
{
    // Not those that report a fault of this process, nor KILL and STOP, nor CHLD, URG and WINCH, which are for itself.
    private static readonly int[] Forwarded =
    [
        Signals.SIGHUP, Signals.SIGINT, Signals.SIGQUIT, Signals.SIGUSR1, Signals.SIGUSR2, Signals.SIGALRM, Signals.SIGTERM,
        Signals.SIGCONT, Signals.SIGTSTP, Signals.SIGPWR,
    ];

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly List<int> _early = [];
    private readonly Lock _lock = new();
    private Func<int, Task>? _target;

    public SignalForwarder()
    {
        foreach (int signal in Forwarded)
        {
            int number = signal;
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)number, context =>
            {
                context.Cancel = true;
                Forward(number);
            }));
        }
    }

    public void ForwardTo(Func<int, Task> target)
    {
        lock (_lock)
        {
            _target = target;
        }
        foreach (int signal in _early)
        {
            Forward(signal);
        }
    }

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Forward(int signal)
    {
        lock (_lock)
        {
            if (_target is null)
            {
                _early.Add(signal);
                return;
            }
        }
        try
        {
            // At once: it is a system call, and no more than its end can be in the way.
            _target(signal).GetAwaiter().GetResult();
        }
        catch (ContainerException)
        {
            // It has ended: the waiting for it, which goes on meanwhile, says how.
        }
    }
}
