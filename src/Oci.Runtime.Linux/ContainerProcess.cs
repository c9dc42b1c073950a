using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux;

/// <summary>A program that <see cref="Container.ExecAsync"/> runs in a container beside its first process.</summary>
/// <remarks>
/// Thread-safe. It is a child of this process, which waits for its end in the background; it ends with the container at
/// the latest, by SIGKILL, where that has a pid namespace of its own. Disposing it releases its streams and leaves it
/// alone, unless it was asked for by <see cref="ExecOptions.KillOnDispose"/>.
/// </remarks>
public sealed class ContainerProcess : IAsyncDisposable
{
    private readonly string _containerId;
    private readonly WatchedProcess _process;
    private readonly StandardStreams _streams;
    private readonly bool _killOnDispose;

    internal ContainerProcess(string containerId, WatchedProcess process, StandardStreams streams, IReadOnlyList<string> warnings, bool killOnDispose)
    {
        _containerId = containerId;
        _process = process;
        _streams = streams;
        _killOnDispose = killOnDispose;
        Warnings = warnings;
    }

    /// <summary>Its number, as this process's pid namespace has it. It may have ended.</summary>
    public int Pid => _process.Pid;

    /// <summary>What was done with less than was asked for, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Writes to its standard input, whose end comes when it is closed; null unless it was run with <see cref="ContainerStdio.Pipes"/>.</summary>
    public Stream? StandardInput => _streams.Input;

    /// <summary>Reads its standard output; null unless it was run with <see cref="ContainerStdio.Pipes"/>.</summary>
    public Stream? StandardOutput => _streams.Output;

    /// <summary>Reads its standard error; null unless it was run with <see cref="ContainerStdio.Pipes"/>.</summary>
    public Stream? StandardError => _streams.Error;

    /// <summary>The process's terminal; null unless it was asked for and no <see cref="ExecOptions.ConsoleSocket"/> took it. The standard streams are null then.</summary>
    public ContainerTerminal? Terminal => _streams.Terminal;

    /// <summary>Waits until it has ended.</summary>
    /// <param name="cancellationToken">Stops waiting; the process goes on.</param>
    /// <returns>How it ended; signal 9 where the container ended before it.</returns>
    public Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default) => _process.Exited.WaitAsync(cancellationToken);

    /// <summary>Sends it a signal. What it has started itself is not signalled.</summary>
    /// <param name="signal">The number, 1 to 64; SIGTERM (15) by default.</param>
    /// <param name="cancellationToken">Ends the call before the signal is sent.</param>
    /// <exception cref="ContainerException">It has ended, or may not be signalled.</exception>
    public Task KillAsync(int signal = Libc.SIGTERM, CancellationToken cancellationToken = default)
    {
        SignalNumber.ThrowIfInvalid(signal);
        cancellationToken.ThrowIfCancellationRequested();
        Errno errno = _process.Signal(signal);
        return errno == Errno.None
            ? Task.CompletedTask
            : Task.FromException(ContainerException.From(
                new ContainerFailure { ContainerId = _containerId, Step = $"sending signal {signal} to process {Pid}", Errno = errno },
                errno == Errno.ESRCH ? "os: process already finished" : null));
    }

    /// <summary>Closes the streams, and with <see cref="ExecOptions.KillOnDispose"/> kills the process and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        _streams.CloseAll();
        if (_killOnDispose)
        {
            await _process.EndAsync().ConfigureAwait(false);
        }
    }
}
