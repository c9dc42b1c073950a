using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Tests.Terminals;

/// <summary>A terminal of this machine with somebody at it: the test.</summary>
internal sealed partial class HostPty : IDisposable
{
    public HostPty()
    {
        Assert.Equal(0, openpty(out int master, out int terminal, 0, 0, 0));
        Master = new SafeFileHandle(master, ownsHandle: true);
        Terminal = new SafeFileHandle(terminal, ownsHandle: true);
        Stream = new Oci.Runtime.Linux.Terminals.TerminalStream(Master);
    }

    public SafeFileHandle Master { get; }

    public SafeFileHandle Terminal { get; }

    public Stream Stream { get; }

    /// <summary>Whether bytes go through as they are: no echo, no lines, no signals.</summary>
    public bool IsRaw
    {
        get
        {
            Assert.Equal(Errno.None, Libc.GetAttributes(Terminal, out Libc.TerminalAttributes attributes));
            return (attributes.c_lflag & 0xB) == 0 && (attributes.c_oflag & 1) == 0;
        }
    }

    public void Resize(ushort rows, ushort columns) =>
        Assert.Equal(Errno.None, Libc.SetWindowSize(Master, new Libc.WindowSize { ws_row = rows, ws_col = columns }));

    public void Dispose()
    {
        Stream.Dispose();
        Terminal.Dispose();
    }

    [LibraryImport("libc")]
    private static partial int openpty(out int master, out int terminal, nint name, nint attributes, nint size);
}
