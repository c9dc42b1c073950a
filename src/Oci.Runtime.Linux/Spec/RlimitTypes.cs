namespace Oci.Runtime.Linux.Spec;

/// <summary>The resource limits of Linux by number (include/uapi/asm-generic/resource.h; the same on x86-64 and arm64).</summary>
internal static class RlimitTypes
{
    public static IReadOnlyList<string> All { get; } =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC",
        "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE",
        "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    /// <summary>The number of a limit; -1 where it is not known.</summary>
    public static int GetNumber(string type)
    {
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i] == type)
            {
                return i;
            }
        }
        return -1;
    }
}
