using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What a filter returns (seccomp(2), include/uapi/linux/seccomp.h): the action above, its data in the low 16 bits.</summary>
internal static class SeccompReturn
{
    public const uint KillThread = 0x00000000;
    public const uint KillProcess = 0x80000000;
    public const uint Trap = 0x00030000;
    public const uint ErrnoAction = 0x00050000;
    public const uint Notify = 0x7FC00000;
    public const uint Trace = 0x7FF00000;
    public const uint Log = 0x7FFC0000;
    public const uint Allow = 0x7FFF0000;

    /// <summary>What a kernel that does not have the call would answer.</summary>
    public static uint NoSuchCall => ErrnoAction | (uint)Errno.ENOSYS;

    /// <summary>The value of an action of the spec.</summary>
    /// <param name="action">Its name.</param>
    /// <param name="data">The errno, or what a tracer gets. Default: EPERM, as the spec says.</param>
    public static uint Of(string action, uint? data) => action switch
    {
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => KillThread,
        "SCMP_ACT_KILL_PROCESS" => KillProcess,
        "SCMP_ACT_TRAP" => Trap,
        "SCMP_ACT_ERRNO" => ErrnoAction | ((data ?? (uint)Errno.EPERM) & 0xFFFF),
        "SCMP_ACT_TRACE" => Trace | ((data ?? (uint)Errno.EPERM) & 0xFFFF),
        SeccompSupport.Notify => Notify,
        "SCMP_ACT_LOG" => Log,
        "SCMP_ACT_ALLOW" => Allow,
        _ => throw new ArgumentException($"A filter cannot have the action {action}.", nameof(action)),
    };

    /// <summary>Whether a call with that answer is made, so that one that the kernel does not know gives ENOSYS by itself.</summary>
    public static bool LetsThrough(uint value) => (value & 0xFFFF0000) is Allow or Log or Trace;
}
