namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Flags of SECCOMP_SET_MODE_FILTER, in kernel spelling (include/uapi/linux/seccomp.h).</summary>
[Flags]
internal enum SeccompFlags
{
    None = 0,
    SECCOMP_FILTER_FLAG_TSYNC = 1,
    SECCOMP_FILTER_FLAG_LOG = 2,
    SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4,
    SECCOMP_FILTER_FLAG_NEW_LISTENER = 8,
    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32,
}
