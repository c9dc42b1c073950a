using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Oci.Common.Linux;

namespace Oci.Image.Tests.Linux;

public sealed class SyscallTests
{
    [Theory]
    [InlineData(Architecture.X64, 1)]
    [InlineData(Architecture.Arm64, 2)]
    public void For_KnownArchitecture_GivesItsNumber(Architecture architecture, int expected) =>
        Assert.Equal(expected, Syscall.For(architecture, x64: 1, arm64: 2));

    [Fact]
    public void For_OtherArchitecture_Throws() =>
        Assert.Throws<PlatformNotSupportedException>(() => Syscall.For(Architecture.S390x, x64: 1, arm64: 2));

    /// <summary>Numbers from arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.</summary>
    [Fact]
    public void Numbers_AreThoseOfTheKernel()
    {
        bool isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Assert.Equal(437, Syscall.SYS_openat2);
        Assert.Equal(isX64 ? 259 : 33, Syscall.SYS_mknodat);
        Assert.Equal(isX64 ? 217 : 61, Syscall.SYS_getdents64);
        Assert.Equal(isX64 ? 316 : 276, Syscall.SYS_renameat2);
    }

    [Fact]
    public void Structs_HaveTheSizeOfTheKernels()
    {
        Assert.Equal(24, Unsafe.SizeOf<Libc.open_how>());
        Assert.Equal(16, Unsafe.SizeOf<Libc.Timespec>());
        Assert.Equal(16, Unsafe.SizeOf<Libc.StatxTimestamp>());
        Assert.Equal(256, Unsafe.SizeOf<Libc.FileStatus>());
        Assert.Equal(0x40, (int)Marshal.OffsetOf<Libc.FileStatus>(nameof(Libc.FileStatus.stx_atime)));
        Assert.Equal(0x80, (int)Marshal.OffsetOf<Libc.FileStatus>(nameof(Libc.FileStatus.stx_rdev_major)));
    }

    [Fact]
    public void MakeDevice_PacksAsTheKernelDoes()
    {
        Assert.Equal(0x0103u, Libc.MakeDevice(1, 3));
        Assert.Equal(0x12310345u, Libc.MakeDevice(0x103, 0x12345));
    }

    [Fact]
    public void Mkdirat_NameWithoutNul_Throws()
    {
        Requires.Linux();
        Assert.Throws<ArgumentException>(() => Libc.Mkdirat(Libc.AT_FDCWD, "name"u8, 0));
    }

    [Fact]
    public void Statx_OfProc_GivesADirectory()
    {
        Requires.Linux();
        Assert.Equal(Errno.None, Libc.Statx(Libc.AT_FDCWD, "/proc\0"u8, Libc.STATX_BASIC_STATS, out Libc.FileStatus status));
        Assert.Equal(Libc.S_IFDIR, status.Type);
        Assert.Equal(Errno.ENOENT, Libc.Statx(Libc.AT_FDCWD, "/proc/none\0"u8, Libc.STATX_BASIC_STATS, out _));
    }
}
