using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Puts a device program on a cgroup of version 2, in the place of any that is there.</summary>
internal static class DeviceProgramLoader
{
    private const string Pointer = "/linux/resources/devices";

    /// <summary>The most programs that the kernel lets a cgroup have (BPF_CGROUP_MAX_PROGS).</summary>
    private const int MaxPrograms = 64;

    /// <summary>Loads and attaches the program of the rules.</summary>
    /// <returns>Null; or a sentence that says why the rules are not enforced, where this user or kernel may not do it.</returns>
    /// <exception cref="ContainerException">The kernel refused it for another reason.</exception>
    public static string? Apply(string directory, IReadOnlyList<DeviceRule> rules, CgroupFiles files)
    {
        Errno errno = Libc.BpfLoadDeviceProgram(DeviceProgram.Compile(rules), out SafeFileHandle? loaded);
        if (errno is Errno.EPERM or Errno.ENOSYS)
        {
            return $"The device rules of {Pointer} are not enforced: on cgroup v2 that takes a BPF program, which {(errno == Errno.EPERM ? "only root may load" : "this kernel does not have")}.";
        }
        if (errno != Errno.None)
        {
            throw files.Failure("loading the program of the device rules", errno, directory, Pointer, "The kernel's BPF verifier does not take it: please report the rules.");
        }
        using SafeFileHandle program = loaded!;
        errno = Libc.Openat(Libc.AT_FDCWD, [.. Encoding.UTF8.GetBytes(directory), 0], Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? opened);
        if (errno != Errno.None)
        {
            throw files.Failure($"opening the cgroup {directory}", errno, directory, Pointer, null);
        }
        using SafeFileHandle cgroup = opened!;
        List<SafeFileHandle> older = OpenAttached(cgroup, directory, files);
        try
        {
            Attach(cgroup, program, older, directory, files);
        }
        finally
        {
            older.ForEach(static p => p.Dispose());
        }
        return null;
    }

    // With both attached, what either denies is denied: there is no moment with less than one of them.
    private static void Attach(SafeFileHandle cgroup, SafeFileHandle program, List<SafeFileHandle> older, string directory, CgroupFiles files)
    {
        if (older is [SafeFileHandle only] && Libc.BpfAttachDeviceProgram(cgroup, program, Libc.BPF_F_ALLOW_MULTI | Libc.BPF_F_REPLACE, only) == Errno.None)
        {
            return;
        }
        // Linux before 5.6 cannot replace.
        Errno errno = Libc.BpfAttachDeviceProgram(cgroup, program, Libc.BPF_F_ALLOW_MULTI, replaced: null);
        if (errno != Errno.None)
        {
            throw files.Failure("attaching the program of the device rules", errno, directory, Pointer, errno == Errno.EPERM ? "A cgroup above has a program that allows none below." : null);
        }
        foreach (SafeFileHandle old in older)
        {
            errno = Libc.BpfDetachDeviceProgram(cgroup, old);
            if (errno is not (Errno.None or Errno.ENOENT))
            {
                throw files.Failure("detaching the program of earlier device rules", errno, directory, Pointer, null);
            }
        }
    }

    private static List<SafeFileHandle> OpenAttached(SafeFileHandle cgroup, string directory, CgroupFiles files)
    {
        Span<uint> ids = stackalloc uint[MaxPrograms];
        Errno errno = Libc.BpfQueryDevicePrograms(cgroup, ids, out int count);
        if (errno != Errno.None)
        {
            throw files.Failure("listing the programs of earlier device rules", errno, directory, Pointer, null);
        }
        var programs = new List<SafeFileHandle>();
        foreach (uint id in ids[..count])
        {
            errno = Libc.BpfOpenProgram(id, out SafeFileHandle? program);
            if (program is not null)
            {
                programs.Add(program);
            }
            else if (errno != Errno.ENOENT)
            {
                programs.ForEach(static p => p.Dispose());
                throw files.Failure("opening the program of earlier device rules", errno, directory, Pointer, null);
            }
        }
        return programs;
    }
}
