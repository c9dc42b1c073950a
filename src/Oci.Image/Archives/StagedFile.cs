using System.Security.Cryptography;
using System.Text;
using Oci.Common.Linux;
using Oci.Image.Layouts;

namespace Oci.Image.Archives;

/// <summary>A new file beside the path that it is for, locked while it is written, and gone if it is not published.</summary>
internal sealed class StagedFile : IAsyncDisposable
{
    private const string Suffix = ".oci-partial";

    // On Unix, None is flock(2); on Windows, to be open at all is lock enough, and a rename must be shared.
    private static readonly FileShare Share = OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None;

    private readonly string _path;
    private bool _published;

    private StagedFile(string target, string path, FileStream file)
    {
        Target = target;
        _path = path;
        File = file;
    }

    /// <summary>The full path that the file is for.</summary>
    public string Target { get; }

    public FileStream File { get; }

    public bool IsClosed { get; private set; }

    /// <summary>Makes the file, and removes what killed writers left for the same target.</summary>
    /// <exception cref="ArchiveException">The file cannot be made, or something other than a file is at the target.</exception>
    public static StagedFile Create(string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        target = Path.GetFullPath(target);
        try
        {
            // A link keeps pointing where it does, and what it points to is replaced.
            if (new FileInfo(target).LinkTarget is not null)
            {
                target = System.IO.File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
            }
            CheckTarget(target);
            string directory = Path.GetDirectoryName(target)!;
            // By hash, since the name with something added may be too long for a name.
            string prefix = $".{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target))))[..16]}-";
            RemoveLeftovers(directory, prefix);
            while (true)
            {
                string path = Path.Combine(directory, prefix + Path.GetRandomFileName() + Suffix);
                if (TryCreate(path) is FileStream file)
                {
                    return new StagedFile(target, path, file);
                }
            }
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write", target, e);
        }
    }

    /// <summary>Flushes the file and renames it to its target. It stays open for reading.</summary>
    /// <exception cref="ArchiveException">The file system refuses; what was at the target is still there.</exception>
    public void Publish()
    {
        try
        {
            CheckTarget(Target);
            File.Flush(flushToDisk: true);
            LayoutFiles.Publish(_path, Target);
            _published = true;
            if (!OperatingSystem.IsWindows())
            {
                // It is no leftover any more, and others may open it as they like.
                Libc.Unlock(File.SafeFileHandle);
            }
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write", Target, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsClosed)
        {
            IsClosed = true;
            if (!_published)
            {
                // Before it is closed: without its lock it would be anyone's to remove.
                System.IO.File.Delete(_path);
            }
            await File.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Renaming over a device, FIFO or socket would take it away from whoever uses it.
    private static void CheckTarget(string target)
    {
        if (RegularFile.Find(target) is { IsRegular: false } other)
        {
            throw new ArchiveException($"Cannot write {target}: it is {other.Other}. Give another path.", target);
        }
    }

    // The lock ends with the process, and so tells leftovers from files at work.
    private static FileStream? TryCreate(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = Share, BufferSize = 0 });
        }
        catch (IOException e) when (LayoutLock.IsHeldByAnother(e))
        {
            return null; // Taken for a leftover in the moment before it was locked.
        }
        if (System.IO.File.Exists(path))
        {
            return file;
        }
        file.Dispose();
        return null;
    }

    private static void RemoveLeftovers(string directory, string prefix)
    {
        foreach (string path in Directory.EnumerateFiles(directory, prefix + "*" + Suffix))
        {
            LayoutFiles.TryDeleteUnlocked(path);
        }
    }
}
