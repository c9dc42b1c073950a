using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

/// <summary>Numbers of the syscalls that not every C library has a function for (arch/*/entry/syscalls in Linux).</summary>
/// <remarks>arm64 uses the table of include/uapi/asm-generic/unistd.h; above 423 all architectures agree.</remarks>
internal static class Syscall
{
    public static nint SYS_mknodat { get; } = For(x64: 259, arm64: 33);

    public static nint SYS_getdents64 { get; } = For(x64: 217, arm64: 61);

    public static nint SYS_renameat2 { get; } = For(x64: 316, arm64: 276);

    public static nint SYS_bpf { get; } = For(x64: 321, arm64: 280);

    public static nint SYS_open_tree => 428;

    public static nint SYS_openat2 => 437;

    public static nint SYS_mount_setattr => 442;

    /// <summary>The number for the architecture of this process.</summary>
    /// <exception cref="PlatformNotSupportedException">The architecture is neither x64 nor arm64.</exception>
    public static nint For(nint x64, nint arm64) => For(RuntimeInformation.ProcessArchitecture, x64, arm64);

    internal static nint For(Architecture architecture, nint x64, nint arm64) => architecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        _ => throw new PlatformNotSupportedException($"Linux syscalls are known here for x64 and arm64, not for {architecture}."),
    };
}
