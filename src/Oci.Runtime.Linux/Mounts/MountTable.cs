using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>The mounts of this process, read again only where they have changed.</summary>
/// <remarks>proc_pid_mountinfo(5): the kernel marks an open <c>mountinfo</c> with POLLPRI and POLLERR when a mount is made or removed.</remarks>
internal static class MountTable
{
    private static readonly Lock s_lock = new();
    private static SafeFileHandle? s_file;
    private static IReadOnlyList<MountInfo> s_mounts = [];

    /// <summary>What is mounted now.</summary>
    /// <exception cref="IOException">procfs is not mounted.</exception>
    public static IReadOnlyList<MountInfo> Read()
    {
        lock (s_lock)
        {
            // The poll comes before the read: what changes in between is seen by the next.
            bool isNew = s_file is null;
            SafeFileHandle file = s_file ??= File.OpenHandle("/proc/self/mountinfo");
            if (Libc.IsReady(file, Libc.POLLPRI) || isNew)
            {
                s_mounts = MountInfo.ParseFile(ReadAll(file));
            }
            return s_mounts;
        }
    }

    private static string ReadAll(SafeFileHandle file)
    {
        // procfs tells no size, and hands out whole lines.
        using var stream = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = RandomAccess.Read(file, buffer, stream.Length)) > 0)
        {
            stream.Write(buffer, 0, read);
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
