using Oci.Image.RootFilesystems;

namespace Oci.Image.PortableFilesystems;

/// <summary>A directory of any system, known by its path.</summary>
internal sealed class PortableTarget(string path, bool isNew) : IUnpackTarget
{
    /// <summary>Makes the directory, with those above it, or takes an empty one.</summary>
    /// <exception cref="UnpackException">The directory has something in it, or cannot be made or read.</exception>
    public static PortableTarget Open(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            bool isNew = !Directory.Exists(full);
            Directory.CreateDirectory(full);
            return Directory.EnumerateFileSystemEntries(full).Any() ? throw UnpackException.NotEmpty(full) : new PortableTarget(full, isNew);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnpackException.NoTarget(full, exception);
        }
    }

    public ILayerApplier Open(int layerCount, UnpackOptions options, IProgress<UnpackProgress>? progress) =>
        options.Ownership is OwnershipPolicy.Preserve or OwnershipPolicy.Record
            ? throw new PlatformNotSupportedException($"Owners can be neither set nor noted on this system, and UnpackOptions.Ownership is {options.Ownership}. Choose Auto or Ignore, or unpack on Linux.")
            : new PortableApplier(path, layerCount, options, options.PortableNames ?? PortableNames.Of(path), progress);

    public void Remove()
    {
        foreach (string directory in Directory.EnumerateDirectories(path))
        {
            Directory.Delete(directory, recursive: true);
        }
        foreach (string file in Directory.EnumerateFiles(path))
        {
            File.Delete(file);
        }
        if (isNew)
        {
            Directory.Delete(path);
        }
    }

    public void Dispose()
    {
        // Nothing is held open.
    }
}
