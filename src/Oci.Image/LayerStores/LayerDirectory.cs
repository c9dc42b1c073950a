using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.LayerStores;

/// <summary>One unpacked layer on disk: the directory <c>fs</c>, and what must be known of it.</summary>
/// <remarks>
/// It is made under another name and renamed when it is whole. What a power cut can take away of it is not known
/// until it is flushed, which costs too much while somebody waits for it: until then a mark names the boot it was made
/// in, and after another boot it is not used.
/// </remarks>
internal sealed class LayerDirectory(string layers, LayerKey key)
{
    private const string Content = "fs";
    private const string RootEntry = "has-root-entry";
    private const string ImpliedDirectories = "has-implied-directories";
    private const string Unflushed = "unflushed";
    private const uint OwnerOnly = 0x1C0; // 0700

    private static readonly Lazy<string> s_boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    private readonly string _path = Path.Combine(layers, key.Text);

    public LayerKey Key => key;

    /// <summary>What the layer holds, in the form of overlayfs.</summary>
    public string ContentPath => Path.Combine(_path, Content);

    /// <summary>Whether some layer gave the root its attributes.</summary>
    public bool HasRootEntry => File.Exists(Path.Combine(_path, RootEntry));

    /// <summary>Whether directories were made without an entry: over others, their attributes would be wrong.</summary>
    public bool HasImpliedDirectories => File.Exists(Path.Combine(_path, ImpliedDirectories));

    /// <summary>Whether it is there, whole.</summary>
    public bool IsUsable => Directory.Exists(_path) && ReadUnflushed() is var boot && (boot is null || boot == s_boot.Value);

    public bool IsUnflushed => ReadUnflushed() is not null;

    /// <summary>Makes it. Only who holds its lock alone may.</summary>
    /// <param name="unpackAsync">Unpacks into the directory that it is given.</param>
    public async Task<UnpackResult> MakeAsync(Func<string, Task<UnpackResult>> unpackAsync)
    {
        RemoveStaged();
        Remove();
        string staged = StagedPath();
        Libc.Mkdirat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(staged + '\0'), OwnerOnly).ThrowIfFailed("mkdirat", staged);
        try
        {
            UnpackResult result = await unpackAsync(Path.Combine(staged, Content)).ConfigureAwait(false);
            if (result.HasRootEntry)
            {
                Mark(staged, RootEntry, "");
            }
            if (result.HasImpliedDirectories)
            {
                Mark(staged, ImpliedDirectories, "");
            }
            Mark(staged, Unflushed, s_boot.Value);
            Directory.Move(staged, _path);
            return result;
        }
        catch
        {
            RootFilesystem.Delete(staged);
            throw;
        }
    }

    /// <summary>Brings all of it to the disk. Its lock must be held.</summary>
    public void Flush()
    {
        Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(layers + '\0'), Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", layers);
        using SafeFileHandle directory = opened!;
        Libc.Syncfs(directory).ThrowIfFailed("syncfs", layers);
        File.Delete(Path.Combine(_path, Unflushed));
    }

    /// <summary>Removes it, if it is there. Only who holds its lock alone may.</summary>
    public void Remove()
    {
        if (Directory.Exists(_path))
        {
            string removed = StagedPath();
            Directory.Move(_path, removed);
            RootFilesystem.Delete(removed);
        }
    }

    /// <summary>Removes what makers left behind that were killed. Only who holds its lock alone may.</summary>
    public void RemoveStaged()
    {
        foreach (string staged in Directory.GetDirectories(layers, $"~{key.Text}.*"))
        {
            RootFilesystem.Delete(staged);
        }
    }

    /// <summary>The key that a staged name was made for; false for other names.</summary>
    public static bool TryParseStaged(string name, out LayerKey key)
    {
        key = default;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return name.StartsWith('~') && dot > 0 && LayerKey.TryParse(name[1..dot], out key);
    }

    private string StagedPath() => Path.Combine(layers, $"~{key.Text}.{Guid.NewGuid():n}");

    private string? ReadUnflushed()
    {
        string path = Path.Combine(_path, Unflushed);
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another user of the layer has flushed it just now.
            return null;
        }
    }

    private static void Mark(string directory, string name, string content) => File.WriteAllText(Path.Combine(directory, name), content);
}
