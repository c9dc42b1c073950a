using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.LayerStores;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>A root filesystem that the container itself puts together of directories, by overlayfs in its own mount namespace.</summary>
/// <remarks>
/// Nothing is mounted on the host, and nothing stays mounted when the container ends. The mount is made at <c>root.path</c>
/// of the configuration, an empty directory.
/// </remarks>
public sealed class OverlayRoot
{
    private const uint DefaultMode = 0x1ED; // 0755
    private const uint OwnerOnly = 0x1C0; // 0700
    private const uint Permissions = 0xFFF;

    private OverlayRoot(LayerLease lease)
    {
        Lower = lease.Directories;
        if (lease.RootAttributesFrom is string like)
        {
            Libc.FileStatus status = Stat(like);
            (Mode, Uid, Gid) = (status.stx_mode & Permissions, status.stx_uid, status.stx_gid);
        }
    }

    /// <summary>The layers' directories, the lowest first.</summary>
    public IReadOnlyList<string> Lower { get; }

    /// <summary>The directory that takes what the container writes; null where that is kept in memory, by a tmpfs of the container.</summary>
    public string? Upper { get; private init; }

    /// <summary>A directory for overlayfs itself, beside <see cref="Upper"/>.</summary>
    public string? Work { get; private init; }

    /// <summary>The most bytes that are kept in memory; null for the kernel's default, half of the machine's memory.</summary>
    public long? MaxMemory { get; private init; }

    internal uint Mode { get; } = DefaultMode;

    internal uint Uid { get; }

    internal uint Gid { get; }

    /// <summary>Mounts as kernels before 6.5 want it: for tests.</summary>
    internal bool UsesMountCall { get; set; }

    /// <summary>A root that writes to a directory.</summary>
    /// <param name="lease">The layers, to be kept by the caller as long as the container lives.</param>
    /// <param name="directory">Where <c>upper</c> and <c>work</c> are made; it must not be on an overlayfs itself.</param>
    /// <exception cref="IOException">The directories cannot be made.</exception>
    public static OverlayRoot Create(LayerLease lease, string directory)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        string full = Path.GetFullPath(directory);
        Directory.CreateDirectory(full);
        var root = new OverlayRoot(lease) { Upper = Path.Combine(full, "upper"), Work = Path.Combine(full, "work") };
        Make(root.Work, OwnerOnly);
        // The upper directory is the root that the container sees.
        Make(root.Upper, OwnerOnly);
        Libc.Openat(Libc.AT_FDCWD, Terminate(root.Upper), Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", root.Upper);
        using SafeFileHandle upper = opened!;
        if (Libc.Geteuid() == 0)
        {
            Libc.Fchownat(upper, "\0"u8, root.Uid, root.Gid, Libc.AT_EMPTY_PATH).ThrowIfFailed("fchownat", root.Upper);
        }
        Libc.Fchmod(upper, root.Mode).ThrowIfFailed("fchmod", root.Upper);
        return root;
    }

    /// <summary>A root that writes to memory, which ends with the container.</summary>
    /// <param name="lease">The layers, to be kept by the caller as long as the container lives.</param>
    /// <param name="maxMemory">The most bytes; null for the kernel's default, half of the machine's memory.</param>
    public static OverlayRoot CreateInMemory(LayerLease lease, long? maxMemory = null)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (maxMemory is long limit)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, nameof(maxMemory));
        }
        return new OverlayRoot(lease) { MaxMemory = maxMemory };
    }

    private static void Make(string path, uint mode) => Libc.Mkdirat(Libc.AT_FDCWD, Terminate(path), mode).ThrowIfFailed("mkdirat", path);

    private static Libc.FileStatus Stat(string path)
    {
        Libc.Openat(Libc.AT_FDCWD, Terminate(path), Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", path);
        using SafeFileHandle directory = opened!;
        Libc.Statx(directory, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path);
        return status;
    }

    private static byte[] Terminate(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
