using System.Buffers.Binary;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>A root filesystem of one static busybox, with its applets as links.</summary>
internal static class BusyBox
{
    private static readonly string[] Applets =
    [
        "sh", "cat", "echo", "true", "false", "id", "ls", "sleep", "mount", "hostname", "touch", "readlink", "stat", "test", "ps", "kill", "env", "pwd", "mkdir", "umask", "head", "wc", "grep", "dd", "mknod", "ip", "nproc", "tty", "stty", "chmod", "ln", "rm", "umount",
    ];

    public static void WriteTo(string rootfs)
    {
        string program = Requires.Tool("busybox");
        Assert.SkipUnless(IsStatic(program), $"Needs a static busybox (Debian: apt-get install busybox-static); {program} is not.");
        Directory.CreateDirectory(Path.Combine(rootfs, "bin"));
        foreach (string folder in new[] { "proc", "sys", "dev", "tmp", "etc" })
        {
            Directory.CreateDirectory(Path.Combine(rootfs, folder));
        }
        File.Copy(program, Path.Combine(rootfs, "bin", "busybox"));
        foreach (string applet in Applets)
        {
            File.CreateSymbolicLink(Path.Combine(rootfs, "bin", applet), "busybox");
        }
    }

    /// <summary>Whether an ELF file names no dynamic loader (PT_INTERP, elf(5)).</summary>
    private static bool IsStatic(string path)
    {
        const uint interpreter = 3;
        byte[] head = new byte[4096];
        using FileStream file = File.OpenRead(path);
        int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(32));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(54));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(56));
        for (int i = 0; i < count && offset + ((i + 1) * size) <= length; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan((int)offset + (i * size))) == interpreter)
            {
                return false;
            }
        }
        return true;
    }
}
