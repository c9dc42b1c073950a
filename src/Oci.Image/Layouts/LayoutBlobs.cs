using System.Security.Cryptography;

namespace Oci.Image.Layouts;

/// <summary>The blobs of a layout, as files.</summary>
internal sealed class LayoutBlobs(LayoutPaths paths)
{
    // So that a blob asked for again and again is marked once a minute, and not each time.
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMinutes(1);

    /// <summary>Opens a blob unverified.</summary>
    /// <exception cref="ContentNotFoundException">It is not there.</exception>
    /// <exception cref="LayoutException">It cannot be read, or something other than a file is in its place.</exception>
    public FileStream OpenRead(Digest digest)
    {
        string path = paths.Blob(digest);
        try
        {
            return RegularFile.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ContentNotFoundException(digest.ToString(), paths.Root, e);
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw new LayoutException($"Cannot read {path}: {e.Message}", path, e);
        }
    }

    /// <summary>The file of a blob, or that a link in its place leads to. Anything else does not count.</summary>
    public FileFacts? FindFile(Digest digest)
    {
        string path = paths.Blob(digest);
        try
        {
            return RegularFile.FindTarget(path) is { IsRegular: true } facts ? facts : null;
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw new LayoutException($"Cannot read {path}: {e.Message}", path, e);
        }
    }

    /// <summary>Whether a blob is there; if so, it is marked as in use, so that a collection leaves it alone for a while.</summary>
    /// <remarks>Git has the same rule for its objects. Where the right to write is missing, nothing is marked.</remarks>
    public async ValueTask<bool> HasAndMarkAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (FindFile(descriptor.Digest) is not FileFacts facts || facts.Size != descriptor.Size)
        {
            return false;
        }
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        if (now - facts.ModifiedTime < MarkInterval || !Directory.Exists(paths.Private))
        {
            return true;
        }
        try
        {
            FileStream held = await LayoutLock.ShareAsync(paths.CollectLock, cancellationToken).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
            {
                File.SetLastWriteTimeUtc(paths.Blob(descriptor.Digest), now.UtcDateTime);
            }
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false; // Collected in this moment.
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            return true;
        }
    }

    /// <summary>Whether a blob is there and its content is what its digest says.</summary>
    public async Task<bool> IsIntactAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (!await HasAndMarkAsync(descriptor, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }
        using IncrementalHash hash = Digest.CreateHash(descriptor.Digest.Algorithm);
        try
        {
            FileStream file = OpenRead(descriptor.Digest);
            await using (file.ConfigureAwait(false))
            {
                await ContentReading.HashAsync(file, hash, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ContentNotFoundException)
        {
            return false;
        }
        return Digest.FromHash(descriptor.Digest.Algorithm, hash.GetHashAndReset()) == descriptor.Digest;
    }

    /// <summary>All blobs by the names of their files, in ordinal order. What is no file, or has no digest for a name, is passed over.</summary>
    /// <exception cref="LayoutException">A directory cannot be read, or is a link.</exception>
    public IEnumerable<LayoutBlob> List()
    {
        foreach (DirectoryInfo directory in ListDirectories())
        {
            foreach (string name in ListNames(directory.FullName))
            {
                if (Digest.TryParse($"{directory.Name}:{name}", out Digest digest) && FindFile(digest) is FileFacts facts)
                {
                    yield return new LayoutBlob(digest, facts.Size, facts.ModifiedTime);
                }
            }
        }
    }

    /// <summary>The directories of blobs, one an algorithm.</summary>
    /// <exception cref="LayoutException">One is a link: what is in it may be another layout's.</exception>
    public IReadOnlyList<DirectoryInfo> ListDirectories()
    {
        try
        {
            var blobs = new DirectoryInfo(paths.Blobs);
            DirectoryInfo[] directories = blobs.Exists ? [.. blobs.EnumerateDirectories().OrderBy(d => d.Name, StringComparer.Ordinal)] : [];
            if (directories.Prepend(blobs).FirstOrDefault(d => d.LinkTarget is not null) is DirectoryInfo link)
            {
                throw new LayoutException($"{link.FullName} is a symbolic link, so what is in it may belong to another layout. Work on the layout that it points to.", link.FullName);
            }
            return directories;
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("list the blobs of", paths.Root, e);
        }
    }

    private List<string> ListNames(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("list the blobs of", paths.Root, e);
        }
    }
}
