using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const uint BPF_F_ALLOW_MULTI = 2;
    public const uint BPF_F_REPLACE = 4;

    private const int BPF_PROG_LOAD = 5;
    private const int BPF_PROG_ATTACH = 8;
    private const int BPF_PROG_DETACH = 9;
    private const int BPF_PROG_GET_FD_BY_ID = 13;
    private const int BPF_PROG_QUERY = 16;
    private const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private const uint BPF_CGROUP_DEVICE = 6;

    /// <summary>bpf(2) BPF_PROG_LOAD of a program that decides about devices. The descriptor is close-on-exec.</summary>
    /// <param name="instructions">The program, 8 bytes each.</param>
    /// <param name="program">The program, owned by the caller; null on failure.</param>
    public static Errno BpfLoadDeviceProgram(ReadOnlySpan<ulong> instructions, out SafeFileHandle? program)
    {
        fixed (ulong* i = instructions)
        fixed (byte* license = "Apache\0"u8)
        {
            BpfAttributes attributes = default;
            attributes.Words[0] = BPF_PROG_TYPE_CGROUP_DEVICE | ((ulong)instructions.Length << 32);
            attributes.Words[1] = (ulong)i;
            attributes.Words[2] = (ulong)license;
            return Open(BPF_PROG_LOAD, ref attributes, out program);
        }
    }

    /// <summary>bpf(2) BPF_PROG_ATTACH to a cgroup.</summary>
    /// <param name="cgroup">The cgroup's directory, not O_PATH.</param>
    /// <param name="program">The program.</param>
    /// <param name="flags">BPF_F_ALLOW_MULTI, with BPF_F_REPLACE where <paramref name="replaced"/> is given.</param>
    /// <param name="replaced">The program whose place it takes; null for none.</param>
    public static Errno BpfAttachDeviceProgram(SafeFileHandle cgroup, SafeFileHandle program, uint flags, SafeFileHandle? replaced)
    {
        BpfAttributes attributes = default;
        attributes.Words[0] = (uint)cgroup.DangerousGetHandle() | ((ulong)program.DangerousGetHandle() << 32);
        attributes.Words[1] = BPF_CGROUP_DEVICE | ((ulong)flags << 32);
        attributes.Words[2] = replaced is null ? 0 : (uint)replaced.DangerousGetHandle();
        long result = Bpf(BPF_PROG_ATTACH, ref attributes);
        GC.KeepAlive(cgroup);
        GC.KeepAlive(program);
        GC.KeepAlive(replaced);
        return result < 0 ? LastErrno : Errno.None;
    }

    /// <summary>bpf(2) BPF_PROG_DETACH from a cgroup.</summary>
    public static Errno BpfDetachDeviceProgram(SafeFileHandle cgroup, SafeFileHandle program)
    {
        BpfAttributes attributes = default;
        attributes.Words[0] = (uint)cgroup.DangerousGetHandle() | ((ulong)program.DangerousGetHandle() << 32);
        attributes.Words[1] = BPF_CGROUP_DEVICE;
        long result = Bpf(BPF_PROG_DETACH, ref attributes);
        GC.KeepAlive(cgroup);
        GC.KeepAlive(program);
        return result < 0 ? LastErrno : Errno.None;
    }

    /// <summary>bpf(2) BPF_PROG_QUERY: the programs attached to a cgroup itself; ENOSPC where there are more than <paramref name="ids"/> has room for.</summary>
    public static Errno BpfQueryDevicePrograms(SafeFileHandle cgroup, Span<uint> ids, out int count)
    {
        fixed (uint* p = ids)
        {
            BpfAttributes attributes = default;
            attributes.Words[0] = (uint)cgroup.DangerousGetHandle() | ((ulong)BPF_CGROUP_DEVICE << 32);
            attributes.Words[2] = (ulong)p;
            attributes.Words[3] = (uint)ids.Length;
            long result = Bpf(BPF_PROG_QUERY, ref attributes);
            GC.KeepAlive(cgroup);
            count = result < 0 ? 0 : (int)Math.Min((uint)attributes.Words[3], (uint)ids.Length);
            return result < 0 ? LastErrno : Errno.None;
        }
    }

    /// <summary>bpf(2) BPF_PROG_GET_FD_BY_ID; ENOENT where it is gone.</summary>
    public static Errno BpfOpenProgram(uint id, out SafeFileHandle? program)
    {
        BpfAttributes attributes = default;
        attributes.Words[0] = id;
        return Open(BPF_PROG_GET_FD_BY_ID, ref attributes, out program);
    }

    private static Errno Open(int command, ref BpfAttributes attributes, out SafeFileHandle? file)
    {
        // EAGAIN: the verifier was interrupted by a signal.
        long result;
        do
        {
            result = Bpf(command, ref attributes);
        }
        while (result < 0 && LastErrno is (Errno.EINTR or Errno.EAGAIN));
        file = result >= 0 ? new SafeFileHandle((nint)result, ownsHandle: true) : null;
        return result >= 0 ? Errno.None : LastErrno;
    }

    private static long Bpf(int command, ref BpfAttributes attributes)
    {
        fixed (BpfAttributes* p = &attributes)
        {
            return syscall(Syscall.SYS_bpf, command, (nint)p, sizeof(BpfAttributes));
        }
    }

    /// <summary>union bpf_attr, as much of it as is used here.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BpfAttributes
    {
        public fixed ulong Words[6];
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial long syscall(nint number, nint command, nint attributes, nint size);
}
