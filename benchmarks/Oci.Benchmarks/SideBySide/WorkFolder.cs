namespace Oci.Benchmarks.SideBySide;

/// <summary>A folder for what is measured, in memory where the machine has room, and gone when this is disposed.</summary>
/// <remarks>
/// Not on disk, for ext4 looks past each inode that was deleted in the last minutes before it takes one (recently_deleted
/// of fs/ext4/ialloc.c): whoever makes 100,000 files after 100,000 were removed pays milliseconds for each.
/// </remarks>
internal sealed class WorkFolder : IDisposable
{
    private const string Memory = "/dev/shm";
    private const long Room = 8L << 30;

    private readonly string _path = System.IO.Path.Combine(Parent, $"oci-benchmark-{Guid.NewGuid():N}");

    public WorkFolder() => Directory.CreateDirectory(_path);

    private static string Parent => Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Room ? Memory : System.IO.Path.GetTempPath();

    /// <summary>The path of a name in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
