using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    // asm-generic/ioctls.h, the same on x64 and arm64.
    private const nuint TCGETS = 0x5401;
    private const nuint TCSETS = 0x5402;
    private const nuint TIOCGWINSZ = 0x5413;
    private const nuint TIOCSWINSZ = 0x5414;

    /// <summary>struct winsize, 8 bytes (ioctl_tty(2)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }

    /// <summary>struct termios of the kernel, 36 bytes; that of the C library is another one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TerminalAttributes
    {
        public uint c_iflag;
        public uint c_oflag;
        public uint c_cflag;
        public uint c_lflag;
        public byte c_line;
        public fixed byte c_cc[19];
    }

    /// <summary>TIOCGWINSZ; ENOTTY where it is no terminal.</summary>
    public static Errno GetWindowSize(SafeFileHandle terminal, out WindowSize size)
    {
        fixed (WindowSize* p = &size)
        {
            return Control(terminal, TIOCGWINSZ, p);
        }
    }

    /// <summary>TIOCSWINSZ: the foreground process group gets SIGWINCH where it is a change.</summary>
    public static Errno SetWindowSize(SafeFileHandle terminal, WindowSize size) => Control(terminal, TIOCSWINSZ, &size);

    /// <summary>TCGETS; ENOTTY where it is no terminal.</summary>
    public static Errno GetAttributes(SafeFileHandle terminal, out TerminalAttributes attributes)
    {
        fixed (TerminalAttributes* p = &attributes)
        {
            return Control(terminal, TCGETS, p);
        }
    }

    /// <summary>TCSETS, at once.</summary>
    public static Errno SetAttributes(SafeFileHandle terminal, TerminalAttributes attributes) => Control(terminal, TCSETS, &attributes);

    private static Errno Control(SafeFileHandle file, nuint request, void* argument)
    {
        Errno errno;
        while (Interrupted(ioctl(file, request, argument), out errno))
        {
        }
        return errno;
    }

    // ioctl(2) is variadic, which on x64 and on arm64 Linux passes arguments as a fixed list does.
    [LibraryImport(Library, SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint op, void* argument);
}
