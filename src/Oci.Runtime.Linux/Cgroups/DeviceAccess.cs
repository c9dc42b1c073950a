namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Ways to use a device: <c>BPF_DEVCG_ACC_*</c> of include/uapi/linux/bpf.h.</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    Mknod = 1,
    Read = 2,
    Write = 4,
    All = Mknod | Read | Write,
}
