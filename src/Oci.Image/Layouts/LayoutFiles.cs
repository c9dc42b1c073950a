using Oci.Common;
using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>Files of a layout: small ones read under a cap, new ones staged, flushed and renamed.</summary>
internal static class LayoutFiles
{
    /// <summary>Reads a document whole, with the size cap of all documents.</summary>
    public static async Task<byte[]> ReadSmallAsync(string path, string document, CancellationToken cancellationToken)
    {
        try
        {
            FileStream file = RegularFile.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > OciJson.MaxDocumentSize)
                {
                    throw new InvalidDocumentException(document, "$", $"it has {file.Length} bytes; {OciJson.MaxDocumentSize} is the most that is read.");
                }
                var content = new byte[file.Length];
                await file.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
                return content;
            }
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw new LayoutException($"Cannot read {path}: {e.Message}", path, e);
        }
    }

    /// <summary>Puts a whole new file at <paramref name="path"/>: a reader sees the old one or this one, also after a crash.</summary>
    public static async Task ReplaceAsync(LayoutPaths paths, string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string staged = paths.NewStagingFile();
        try
        {
            FileStream file = CreateNew(staged);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            Publish(staged, path);
        }
        catch
        {
            File.Delete(staged);
            throw;
        }
    }

    /// <summary>A new file, locked as long as it is open: so a leftover is told from a file at work.</summary>
    public static FileStream CreateNew(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.None,
        BufferSize = 0,
    });

    /// <summary>Renames a flushed file into its place, and flushes the directory.</summary>
    public static void Publish(string staged, string path)
    {
        File.Move(staged, path, overwrite: true);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a directory, and its entry in the parent durable, unless it is there.</summary>
    public static void CreateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>Removes what writers that were killed left in the staging directory.</summary>
    /// <remarks>The lock of a writer tells that it is at work. The age is for the moment between the making of a file and its locking.</remarks>
    public static void RemoveLeftovers(string staging, DateTimeOffset before)
    {
        foreach (FileInfo file in new DirectoryInfo(staging).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc <= before.UtcDateTime)
            {
                TryDeleteUnlocked(file.FullName);
            }
        }
    }

    /// <summary>Deletes a file unless someone has it locked, or the rights to do so are missing: then it goes when its owner comes.</summary>
    public static bool TryDeleteUnlocked(string path)
    {
        try
        {
            if (RegularFile.Find(path) is not { IsRegular: true })
            {
                return false;
            }
            using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException || (e is IOException io && LayoutLock.IsHeldByAnother(io)))
        {
            return false;
        }
    }

    /// <summary>Makes what a layout must have, as far as it is not there.</summary>
    public static async Task WriteEmptyAsync(LayoutPaths paths, CancellationToken cancellationToken)
    {
        CreateDirectory(paths.Blobs);
        CreateDirectory(paths.BlobDirectory(DigestAlgorithm.Sha256));
        if (!File.Exists(paths.Index))
        {
            var empty = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [] };
            await ReplaceAsync(paths, paths.Index, empty.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
        }
        // Last, because it is what makes the directory a layout.
        if (!File.Exists(paths.Header))
        {
            var header = new LayoutHeader { ImageLayoutVersion = LayoutHeader.CurrentVersion };
            await ReplaceAsync(paths, paths.Header, header.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
        }
    }

    public static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
}
