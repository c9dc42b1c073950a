using Oci.Common;

namespace Oci.Image.Layouts;

/// <summary>Files of a layout: small ones read under a cap, new ones staged, flushed and renamed.</summary>
internal static class LayoutFiles
{
    /// <summary>Reads a document whole, with the size cap of all documents.</summary>
    public static async Task<byte[]> ReadSmallAsync(string path, string document, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
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

    public static FileStream CreateNew(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.Read,
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
    /// <remarks>A writer at work changes its file all the time, so one that has not changed for a day has no writer.</remarks>
    public static void RemoveLeftovers(string staging, DateTimeOffset now)
    {
        foreach (FileInfo file in new DirectoryInfo(staging).EnumerateFiles())
        {
            if (now - file.LastWriteTimeUtc < LeftoverAge)
            {
                continue;
            }
            try
            {
                file.Delete();
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's; it does no harm here, and goes when that user opens the layout.
            }
        }
    }

    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
}
