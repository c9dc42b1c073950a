using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const short POLLIN = 0x001;
    public const short POLLPRI = 0x002;

    /// <summary>poll(2) of one descriptor.</summary>
    /// <param name="file">The descriptor.</param>
    /// <param name="events">POLLIN, or 0 for errors and ends only.</param>
    /// <param name="milliseconds">How long to wait; by default not at all.</param>
    /// <returns>Whether one of the events is there, or an error or an end.</returns>
    public static bool IsReady(SafeFileHandle file, short events, int milliseconds = 0)
    {
        bool added = false;
        try
        {
            file.DangerousAddRef(ref added);
            PollDescriptor p = new() { fd = (int)file.DangerousGetHandle(), events = events };
            int result;
            do
            {
                result = poll(&p, 1, milliseconds);
            }
            while (result < 0 && LastErrno == Errno.EINTR);
            return result > 0;
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int fd;
        public short events;
        public short revents;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int poll(PollDescriptor* fds, nuint count, int timeout);
}
