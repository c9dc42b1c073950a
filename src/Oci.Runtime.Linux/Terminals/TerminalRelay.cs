using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Terminals;

/// <summary>Joins this process's own terminal to a container's, as <c>run -t</c> and <c>exec -t</c> of the container tools do.</summary>
/// <remarks>
/// What is typed goes to the container, byte for byte: the terminal is in raw mode, so that Ctrl-C is the container's. What
/// is printed is shown, and each change of the window's size is passed on. The terminal gets its own mode back when this is
/// disposed, and when the process ends before that, by a signal too (all but SIGKILL). Files and pipes do in the place of
/// a terminal, without a mode and a size; their end is not passed on, since a terminal has none.
/// </remarks>
public sealed class TerminalRelay : IAsyncDisposable
{
    private const int BufferSize = 16 * 1024;

    /// <summary>What is still shown at the end; more than a terminal holds back.</summary>
    private const int MaxRest = 1024 * 1024;

    private readonly ContainerTerminal _terminal;
    private readonly SafeFileHandle _input;
    private readonly SafeFileHandle _output;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HostTerminal? _host;
    private readonly PosixSignalRegistration? _resized;
    private readonly Task _typing;
    private int _isDisposed;

    private TerminalRelay(ContainerTerminal terminal, SafeFileHandle input, SafeFileHandle output)
    {
        _terminal = terminal;
        _input = input;
        _output = output;
        if (PassSize())
        {
            _resized = PosixSignalRegistration.Create((PosixSignal)Libc.SIGWINCH, _ => PassSize());
        }
        _host = HostTerminal.Open(input);
        _typing = TypeAsync();
        Completion = ShowAsync();
    }

    /// <summary>Ends when all that the container printed is shown and no process holds its terminal any more, or this is disposed.</summary>
    /// <remarks>It fails with an <see cref="IOException"/> where the output cannot be written to.</remarks>
    public Task Completion { get; }

    /// <summary>Begins.</summary>
    /// <param name="terminal">The container's. It stays the caller's, who disposes it after this.</param>
    /// <param name="input">What is typed. Default: standard input of this process. It and <paramref name="output"/> stay the caller's.</param>
    /// <param name="output">Where it is shown, and what has the size. Default: standard output of this process.</param>
    /// <exception cref="IOException">This process has too many files open.</exception>
    public static TerminalRelay Start(ContainerTerminal terminal, SafeFileHandle? input = null, SafeFileHandle? output = null)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        SafeFileHandle own = Duplicate(input, 0);
        try
        {
            return new TerminalRelay(terminal, own, Duplicate(output, 1));
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>Shows what has been printed until now, stops, and gives the terminal its own mode back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _typing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _resized?.Dispose();
        _host?.Dispose();
        _input.Dispose();
        _output.Dispose();
        _stopping.Dispose();
    }

    private static SafeFileHandle Duplicate(SafeFileHandle? file, int standard)
    {
        using var own = new SafeFileHandle(standard, ownsHandle: false);
        Libc.Duplicate(file ?? own, 3, out SafeFileHandle? duplicate).ThrowIfFailed("fcntl(F_DUPFD_CLOEXEC)");
        return duplicate!;
    }

    /// <summary>False where the output has no size: it is no terminal.</summary>
    private bool PassSize()
    {
        if (Libc.GetWindowSize(_output, out Libc.WindowSize size) != Errno.None)
        {
            return false;
        }
        try
        {
            _terminal.Resize(new ConsoleSize { Height = size.ws_row, Width = size.ws_col });
        }
        catch (ObjectDisposedException)
        {
            // A signal came in between the two disposals.
        }
        return true;
    }

    private async Task TypeAsync()
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            await WaitAsync(_input, Libc.EPOLLIN).ConfigureAwait(false);
            Errno errno = Libc.Read(_input, buffer, out int count);
            if (errno == Errno.EAGAIN)
            {
                continue;
            }
            if (errno != Errno.None || count == 0)
            {
                // EIO: this process's own terminal was hung up.
                return;
            }
            try
            {
                await _terminal.Stream.WriteAsync(buffer.AsMemory(0, count), _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody is there to be typed to.
                return;
            }
        }
    }

    private async Task ShowAsync()
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await _terminal.Stream.ReadAsync(buffer, _stopping.Token).ConfigureAwait(false)) > 0)
            {
                await WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            int left = MaxRest;
            while (left > 0 && _terminal.TryRead(buffer, out int count))
            {
                await WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
                left -= count;
            }
        }
        catch (ObjectDisposedException)
        {
            // The container's terminal was closed first: there is no more to be shown.
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            Errno errno = Libc.Write(_output, bytes.Span, out int count);
            if (errno == Errno.EAGAIN)
            {
                await EventLoop.Shared.WaitAsync(_output, Libc.EPOLLOUT, CancellationToken.None).ConfigureAwait(false);
                continue;
            }
            errno.ThrowIfFailed("write", "the relay's output");
            bytes = bytes[count..];
        }
    }

    private async Task WaitAsync(SafeFileHandle file, uint events)
    {
        try
        {
            await EventLoop.Shared.WaitAsync(file, events, _stopping.Token).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException e) when (e.HResult == (int)Errno.EPERM)
        {
            // epoll_ctl(2) refuses regular files, which are always ready.
        }
    }
}
