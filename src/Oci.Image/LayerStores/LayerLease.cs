using Oci.Image.RootFilesystems;

namespace Oci.Image.LayerStores;

/// <summary>The layers of one image in a <see cref="LayerStore"/>, kept there until this is disposed or its process ends.</summary>
public sealed class LayerLease : IAsyncDisposable
{
    private readonly List<(LayerDirectory Directory, LayerLock Lock)> _held;
    private int _isDisposed;

    internal LayerLease(List<(LayerDirectory Directory, LayerLock Lock)> held, IReadOnlyList<UnpackNotice> notices)
    {
        _held = held;
        Directories = [.. held.Select(h => h.Directory.ContentPath)];
        RootAttributesFrom = held.LastOrDefault(h => h.Directory.HasRootEntry).Directory?.ContentPath;
        Notices = notices;
    }

    /// <summary>The directories for overlayfs, the lowest first; none is to be changed.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>The one of <see cref="Directories"/> whose own owner and mode are those of the image's root; null where no layer
    /// says anything about it, and it is 0:0 and 0755.</summary>
    public string? RootAttributesFrom { get; }

    /// <summary>What was done with less than the layers ask for, in those that were unpacked for this lease.</summary>
    public IReadOnlyList<UnpackNotice> Notices { get; }

    internal IEnumerable<LayerKey> Keys => _held.Select(h => h.Directory.Key);

    /// <summary>Lets go of the layers, once those that are new have reached the disk.</summary>
    /// <exception cref="IOException">The disk refuses; the layers are let go all the same, and unpacked again after a reboot.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }
        try
        {
            if (_held.Exists(h => h.Directory.IsUnflushed))
            {
                await Task.Run(() => _held.Where(h => h.Directory.IsUnflushed).ToList().ForEach(h => h.Directory.Flush())).ConfigureAwait(false);
            }
        }
        finally
        {
            _held.ForEach(h => h.Lock.Dispose());
        }
    }
}
