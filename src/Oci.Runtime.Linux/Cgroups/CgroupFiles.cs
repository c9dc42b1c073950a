using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The files and directories of cgroups; every refusal is told with the container, the file and the reason.</summary>
internal sealed class CgroupFiles(string containerId)
{
    /// <summary>The most that is read of one file: the list of all processes that 64-bit Linux can have is smaller.</summary>
    private const int MaxFileSize = 64 << 20;

    /// <summary>Makes a directory; false where it is there already.</summary>
    public bool Make(string directory)
    {
        Errno errno = Libc.Mkdirat(Libc.AT_FDCWD, Terminate(directory), 0x1ED);
        return errno switch
        {
            Errno.None => true,
            Errno.EEXIST => false,
            _ => throw Failure($"making the cgroup {directory}", errno, directory, "/linux/cgroupsPath",
                errno is Errno.EACCES or Errno.EPERM or Errno.EROFS ? "Run as root, or in a cgroup v2 that is delegated to you." : null),
        };
    }

    /// <summary>Removes a directory; false where it is busy, true also where it is gone.</summary>
    public bool Remove(string directory)
    {
        Errno errno = Libc.Unlinkat(Libc.AT_FDCWD, Terminate(directory), Libc.AT_REMOVEDIR);
        return errno switch
        {
            Errno.None or Errno.ENOENT => true,
            Errno.EBUSY => false,
            _ => throw Failure($"removing the cgroup {directory}", errno, directory, null, null),
        };
    }

    /// <summary>Writes a value, which the kernel takes at once or not at all.</summary>
    public void Write(string directory, string file, string value, string? pointer = null, string? hint = null)
    {
        Errno errno = TryWrite(directory, file, value);
        if (errno != Errno.None)
        {
            throw RefusedWrite(directory, file, value, pointer, errno, hint);
        }
    }

    public ContainerException RefusedWrite(string directory, string file, string value, string? pointer, Errno errno, string? hint = null) =>
        Failure($"writing '{value}' to {directory}/{file}", errno, $"{directory}/{file}", pointer, hint ?? Hint(errno, file));

    public Errno TryWrite(string directory, string file, string value)
    {
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Terminate($"{directory}/{file}"), Libc.O_WRONLY, 0, out SafeFileHandle? opened);
        if (errno == Errno.None)
        {
            using SafeFileHandle handle = opened!;
            errno = Libc.Pwrite(handle, Encoding.UTF8.GetBytes(value), 0);
        }
        return errno;
    }

    /// <summary>The text of a file without its last newline; null where it or its directory is not there, or the kernel has switched it off.</summary>
    public string? Read(string directory, string file)
    {
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Terminate($"{directory}/{file}"), Libc.O_RDONLY, 0, out SafeFileHandle? opened);
        if (errno == Errno.None)
        {
            using SafeFileHandle handle = opened!;
            errno = ReadAll(handle, out string text);
            if (errno == Errno.None)
            {
                return text;
            }
        }
        // ENODEV: the cgroup was removed between opening and reading. EOPNOTSUPP: pressure files of a kernel booted without psi=1.
        return errno is Errno.ENOENT or Errno.ENODEV or Errno.EOPNOTSUPP
            ? null
            : throw Failure($"reading {directory}/{file}", errno, $"{directory}/{file}", null, null);
    }

    /// <summary>The names of the files of a cgroup; none where it is gone.</summary>
    public static IReadOnlyList<string> List(string? directory)
    {
        try
        {
            return directory is null ? [] : [.. Directory.EnumerateFiles(directory).Select(f => Path.GetFileName(f))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The processes of a cgroup and of all below it; none where it is gone.</summary>
    public List<int> ReadProcesses(string directory)
    {
        var pids = new List<int>();
        foreach (string cgroup in Descendants(directory).Append(directory))
        {
            foreach (ReadOnlySpan<char> line in (Read(cgroup, "cgroup.procs") ?? "").AsSpan().EnumerateLines())
            {
                // 0 is a process that this process's pid namespace does not show.
                if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                {
                    pids.Add(pid);
                }
            }
        }
        return pids;
    }

    /// <summary>The cgroups below one, the deepest first.</summary>
    public static List<string> Descendants(string directory)
    {
        try
        {
            List<string> below = [.. Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories)];
            below.Sort(static (a, b) => b.Count(c => c == '/').CompareTo(a.Count(c => c == '/')));
            return below;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    public ContainerException Failure(string step, Errno errno, string path, string? pointer, string? hint) =>
        ContainerException.From(new ContainerFailure { ContainerId = containerId, Step = step, Errno = errno, Path = path, SpecPointer = pointer, Hint = hint });

    private static Errno ReadAll(SafeFileHandle file, out string text)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        Errno errno;
        while ((errno = Libc.Read(file, buffer.AsSpan(length), out int count)) == Errno.None && count > 0)
        {
            length += count;
            if (length == buffer.Length)
            {
                if (length >= MaxFileSize)
                {
                    errno = Errno.EFBIG;
                    break;
                }
                Array.Resize(ref buffer, length * 2);
            }
        }
        text = Encoding.UTF8.GetString(buffer.AsSpan(0, length)).TrimEnd('\n');
        return errno;
    }

    private static string? Hint(Errno errno, string file) => errno switch
    {
        Errno.ENOENT => $"The kernel or this cgroup has no {file}: enable its controller, or remove the limit.",
        Errno.EINVAL or Errno.ERANGE when file is "cpuset.cpus" or "cpuset.mems" =>
            $"The host, or a cgroup above, does not have all of these: compare {file} in the directory above.",
        Errno.EINVAL or Errno.ERANGE => "The kernel does not take this value: see the documentation of the file.",
        Errno.EBUSY => "The cgroup has more than that in use, or holds processes.",
        Errno.EACCES or Errno.EPERM => "Run as root, or in a cgroup v2 that is delegated to you.",
        _ => null,
    };

    private static byte[] Terminate(string path) => [.. Encoding.UTF8.GetBytes(path), 0];
}
