using Oci.Image.Layers;
using Oci.Image.PortableFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Unpacks the layers of an image into a directory, which becomes its root filesystem.</summary>
/// <remarks>
/// <para>
/// Layers are untrusted. Every name is resolved inside the directory (openat2 with RESOLVE_IN_ROOT, or component by
/// component), whatever links the layers make; what is in the way is replaced, never written through. Owners, modes,
/// times, extended attributes, devices, hardlinks and the holes of sparse files are kept as far as this process may.
/// </para>
/// <para>
/// An unpack that fails or is cancelled leaves nothing behind. While it runs, directories are closed to other users.
/// A directory without an entry, the root too, ends up with mode 0755 and the image's owner 0:0.
/// </para>
/// <para>
/// On Windows and macOS as much is kept as those systems can: content, directories, links, times, and modes on macOS.
/// Owners, attributes and devices are not; hardlinks are copies, and a name that the file system cannot have is changed as
/// WSL does it. Each loss is a notice of the result. <see cref="OwnershipPolicy.Preserve"/> and
/// <see cref="OwnershipPolicy.Record"/> are refused there.
/// </para>
/// </remarks>
/// <param name="options">How to unpack, and the limits; <see langword="null"/> for the defaults. Copied.</param>
public sealed class ImageUnpacker(UnpackOptions? options = null)
{
    private readonly UnpackOptions _options = (options ?? new UnpackOptions()).Copy();

    /// <summary>Unpacks an image.</summary>
    /// <param name="image">The image; its layers are read from its source.</param>
    /// <param name="directory">Where to: a new directory, or an empty one.</param>
    /// <param name="progress">Told every few megabytes, on the thread that unpacks.</param>
    /// <param name="cancellationToken">Stops the unpack; what was unpacked is removed.</param>
    /// <inheritdoc cref="UnpackAsync(IReadOnlyList{UnpackLayer}, string, IProgress{UnpackProgress}, CancellationToken)" path="/exception"/>
    public Task<UnpackResult> UnpackAsync(OciImage image, string directory, IProgress<UnpackProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        UnpackLayer[] layers = [.. image.Layers.Select(layer => new UnpackLayer
        {
            Descriptor = layer.Descriptor,
            DiffId = layer.DiffId,
            OpenAsync = token => image.Source.OpenAsync(layer.Descriptor, token),
        })];
        return UnpackAsync(layers, directory, progress, cancellationToken);
    }

    /// <summary>Unpacks layers, the lowest first.</summary>
    /// <param name="layers">The layers. Each is opened when the one below it is done, and checked by size, digest and DiffID.</param>
    /// <param name="directory">Where to: a new directory, or an empty one.</param>
    /// <param name="progress">Told every few megabytes, on the thread that unpacks.</param>
    /// <param name="cancellationToken">Stops the unpack; what was unpacked is removed.</param>
    /// <exception cref="UnpackException">An entry is refused, a limit is met, or the file system refuses.</exception>
    /// <exception cref="TarFormatException">A layer is no tar archive, or a truncated one.</exception>
    /// <exception cref="ContentMismatchException">A layer is not what its descriptor or DiffID says.</exception>
    /// <exception cref="PlatformNotSupportedException">Owners are to be set or noted, and this is not Linux.</exception>
    public Task<UnpackResult> UnpackAsync(IReadOnlyList<UnpackLayer> layers, string directory, IProgress<UnpackProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        UnpackLayer[] copy = [.. layers];
        // Off the caller's thread: the system calls block.
        return Task.Run(() => UnpackAsync(copy.Length, (applier, index, token) => ApplyAsync(applier, copy[index], index, token), directory, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Unpacks plain tar archives as layers.</summary>
    internal Task<UnpackResult> UnpackTarsAsync(IReadOnlyList<Stream> archives, string directory, IProgress<UnpackProgress>? progress = null, CancellationToken cancellationToken = default) =>
        UnpackAsync(archives.Count, async (applier, index, token) =>
        {
            var reader = new TarReader(archives[index]);
            await using (reader.ConfigureAwait(false))
            {
                await applier.ApplyAsync(reader, layer: null, index, token).ConfigureAwait(false);
            }
        }, directory, progress, cancellationToken);

    private async Task<UnpackResult> UnpackAsync(int layerCount, Func<ILayerApplier, int, CancellationToken, Task> applyAsync, string directory, IProgress<UnpackProgress>? progress, CancellationToken cancellationToken)
    {
        using IUnpackTarget target = OperatingSystem.IsLinux() && _options.PortableNames is null
            ? UnpackTarget.Open(directory)
            : PortableTarget.Open(directory);
        try
        {
            using ILayerApplier applier = target.Open(layerCount, _options, progress);
            for (int i = 0; i < layerCount; i++)
            {
                await applyAsync(applier, i, cancellationToken).ConfigureAwait(false);
            }
            applier.Finish(cancellationToken);
            return applier.Result;
        }
        catch (Exception exception) when (!_options.KeepOnFailure)
        {
            RemoveAfter(exception, target);
            throw;
        }
    }

    /// <summary>Removes what was unpacked; where that fails too, both failures are told.</summary>
    private static void RemoveAfter(Exception failure, IUnpackTarget target)
    {
        try
        {
            target.Remove();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UnpackException(
                (failure as UnpackException)?.Failure ?? UnpackFailure.FileSystem,
                $"{failure.Message} What was unpacked could not be removed: {exception.Message}",
                (failure as UnpackException)?.EntryName,
                new AggregateException(failure, exception));
        }
    }

    private async Task ApplyAsync(ILayerApplier applier, UnpackLayer layer, int index, CancellationToken cancellationToken)
    {
        Stream blob = await layer.OpenAsync(cancellationToken).ConfigureAwait(false);
        await LayerPass.RunAsync(blob, layer.Descriptor, layer.DiffId, _options.Layers, tar => applier.ApplyAsync(tar, layer, index, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
