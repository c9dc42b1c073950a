namespace Oci.Runtime.Linux.Planning;

/// <summary>Numbers of system calls: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64).</summary>
internal static class SystemCalls
{
    /// <summary>What the init takes for "compare": any number with bit 31 set.</summary>
    public const uint Compare = 0x80000000;

    public static uint Number(SystemCall call, ProgramArchitecture architecture)
    {
        (uint x64, uint arm64) = Numbers(call);
        return architecture switch
        {
            ProgramArchitecture.X64 => x64,
            ProgramArchitecture.Arm64 => arm64,
            _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, null),
        };
    }

    private static (uint X64, uint Arm64) Numbers(SystemCall call) => call switch
    {
        SystemCall.compare => (Compare, Compare),
        SystemCall.read => (0, 63),
        SystemCall.write => (1, 64),
        SystemCall.close => (3, 57),
        SystemCall.mmap => (9, 222),
        SystemCall.ioctl => (16, 29),
        SystemCall.getpid => (39, 172),
        SystemCall.socket => (41, 198),
        SystemCall.sendto => (44, 206),
        SystemCall.sendmsg => (46, 211),
        SystemCall.recvmsg => (47, 212),
        SystemCall.sendfile => (40, 71),
        SystemCall.sched_setaffinity => (203, 122),
        SystemCall.set_mempolicy => (238, 237),
        SystemCall.chroot => (161, 51),
        SystemCall.eventfd2 => (290, 19),
        SystemCall.utimensat => (280, 88),
        SystemCall.fspick => (433, 433),
        SystemCall.execve => (59, 221),
        SystemCall.kill => (62, 129),
        SystemCall.getcwd => (79, 17),
        SystemCall.chdir => (80, 49),
        SystemCall.fchdir => (81, 50),
        SystemCall.umask => (95, 166),
        SystemCall.setsid => (112, 157),
        SystemCall.setgroups => (116, 159),
        SystemCall.setresuid => (117, 147),
        SystemCall.setresgid => (119, 149),
        SystemCall.capset => (126, 91),
        SystemCall.personality => (135, 92),
        SystemCall.fstatfs => (138, 44),
        SystemCall.pivot_root => (155, 41),
        SystemCall.prctl => (157, 167),
        SystemCall.mount => (165, 40),
        SystemCall.umount2 => (166, 39),
        SystemCall.sethostname => (170, 161),
        SystemCall.setdomainname => (171, 162),
        SystemCall.fsetxattr => (190, 7),
        SystemCall.clock_gettime => (228, 113),
        SystemCall.exit_group => (231, 94),
        SystemCall.keyctl => (250, 219),
        SystemCall.ioprio_set => (251, 30),
        SystemCall.openat => (257, 56),
        SystemCall.mkdirat => (258, 34),
        SystemCall.mknodat => (259, 33),
        SystemCall.fchownat => (260, 54),
        SystemCall.unlinkat => (263, 35),
        SystemCall.symlinkat => (266, 36),
        SystemCall.fchmodat => (268, 53),
        SystemCall.unshare => (272, 97),
        SystemCall.dup3 => (292, 24),
        SystemCall.prlimit64 => (302, 261),
        SystemCall.setns => (308, 268),
        SystemCall.sched_setattr => (314, 274),
        SystemCall.seccomp => (317, 277),
        SystemCall.execveat => (322, 281),
        SystemCall.statx => (332, 291),
        SystemCall.open_tree => (428, 428),
        SystemCall.move_mount => (429, 429),
        SystemCall.fsopen => (430, 430),
        SystemCall.fsconfig => (431, 431),
        SystemCall.fsmount => (432, 432),
        SystemCall.pidfd_open => (434, 434),
        SystemCall.clone3 => (435, 435),
        SystemCall.close_range => (436, 436),
        SystemCall.openat2 => (437, 437),
        SystemCall.faccessat2 => (439, 439),
        SystemCall.mount_setattr => (442, 442),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call, null),
    };
}
