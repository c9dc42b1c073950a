using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Terminals;

/// <summary>This process's side of a container's terminal (pty(7)): its keyboard and its screen.</summary>
/// <remarks>
/// Thread-safe; one read and one write can go on at the same time. It is closed with the <see cref="Container"/> or the
/// <see cref="ContainerProcess"/> that it belongs to, or by disposing it; the processes at the terminal then get SIGHUP.
/// It is closed when this process ends, too: a container that is to outlive it takes a
/// <see cref="CreateContainerOptions.ConsoleSocket"/>.
/// </remarks>
public sealed class ContainerTerminal : IDisposable, IAsyncDisposable
{
    private readonly SafeFileHandle _master;

    /// <param name="master">Owned from here on.</param>
    /// <param name="number">Its number in the container's devpts.</param>
    internal ContainerTerminal(SafeFileHandle master, long number)
    {
        _master = master;
        Name = NameOf(number);
        Stream = new TerminalStream(master);
    }

    /// <summary>What the container calls it: <c>/dev/pts/0</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Writing types on the keyboard, byte 3 for Ctrl-C; reading gives what is printed, standard output and standard error
    /// in one, and ends when no process holds the terminal any more. It is closed with this object.
    /// </summary>
    public Stream Stream { get; }

    /// <summary>Sets the size, of which the process in the foreground is told by SIGWINCH where it is another one.</summary>
    /// <param name="size">Rows and columns, each at most 65535.</param>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Resize(ConsoleSize size)
    {
        ArgumentNullException.ThrowIfNull(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size.Height, ushort.MaxValue, nameof(size));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size.Width, ushort.MaxValue, nameof(size));
        Libc.SetWindowSize(_master, new Libc.WindowSize { ws_row = (ushort)size.Height, ws_col = (ushort)size.Width }).ThrowIfFailed("ioctl(TIOCSWINSZ)", Name);
    }

    /// <summary>The size it has; 0 by 0 where nobody has set one.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public ConsoleSize GetSize()
    {
        Libc.GetWindowSize(_master, out Libc.WindowSize size).ThrowIfFailed("ioctl(TIOCGWINSZ)", Name);
        return new ConsoleSize { Height = size.ws_row, Width = size.ws_col };
    }

    /// <summary>Closes it: a read that goes on ends with an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => Stream.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    internal static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number}");
}
