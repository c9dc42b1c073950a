using System.Collections.Concurrent;
using Oci.Image.RootFilesystems;

namespace Oci.Image.LayerStores;

/// <summary>Brings the layers of one image into a store: those that are missing are read and unpacked at the same time.</summary>
internal sealed class LayerAcquisition(LayerStorePaths paths, LayerStoreOptions options, OciImage image, IProgress<UnpackProgress>? progress)
{
    private readonly LayerProgress? _progress = progress is null ? null : new LayerProgress(image.Layers.Count, progress);
    private readonly ConcurrentDictionary<int, (LayerDirectory Directory, LayerLock Lock)> _held = new();
    private readonly ConcurrentBag<UnpackNotice> _notices = [];

    public async Task<LayerLease> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            int lowest = await AcquireLayersAsync(cancellationToken).ConfigureAwait(false);
            return new LayerLease([.. _held.Where(h => h.Key >= lowest).OrderBy(h => h.Key).Select(h => h.Value)], [.. _notices]);
        }
        catch
        {
            foreach ((LayerDirectory _, LayerLock held) in _held.Values)
            {
                held.Dispose();
            }
            throw;
        }
    }

    /// <summary>Acquires all, and gives the index of the one that lies lowest.</summary>
    private async Task<int> AcquireLayersAsync(CancellationToken cancellationToken)
    {
        var needsLower = new ConcurrentBag<int>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrentLayers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(DistinctLayers(), parallel, async (i, token) =>
        {
            try
            {
                await AcquireAsync(i, LayerKey.OfLayer(image.Layers[i].DiffId), directory => UnpackLayerAsync(i, directory, token), token).ConfigureAwait(false);
                if (i > 0 && _held[i].Directory.HasImpliedDirectories)
                {
                    needsLower.Add(i);
                }
            }
            catch (LowerLayerNeededException)
            {
                needsLower.Add(i);
            }
        }).ConfigureAwait(false);
        if (needsLower.IsEmpty)
        {
            return 0;
        }
        // What such a layer comes to depends on those below: it and they become one directory.
        int top = needsLower.Max();
        foreach (int i in _held.Keys.Where(i => i <= top).ToList())
        {
            _held.TryRemove(i, out (LayerDirectory, LayerLock Lock) released);
            released.Lock.Dispose();
        }
        await AcquireAsync(top, LayerKey.OfStack(image.Layers[top].ChainId), directory => UnpackStackAsync(top, directory, cancellationToken), cancellationToken).ConfigureAwait(false);
        return top;
    }

    /// <summary>Of layers that are there twice, the upper one: it says all that the lower one does, and overlayfs takes a directory once.</summary>
    private IEnumerable<int> DistinctLayers() =>
        Enumerable.Range(0, image.Layers.Count).Where(i => !image.Layers.Skip(i + 1).Any(above => above.DiffId == image.Layers[i].DiffId));

    private async Task AcquireAsync(int index, LayerKey key, Func<string, Task<UnpackResult>> unpackAsync, CancellationToken cancellationToken)
    {
        var directory = new LayerDirectory(paths.Layers, key);
        for (int attempt = 0; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LayerLock? held = LayerLock.TryShare(paths.LockOf(key));
            if (held is not null && await MakeAsync(directory, held, unpackAsync).ConfigureAwait(false))
            {
                _held[index] = (directory, held);
                return;
            }
            held?.Dispose();
            // Another process makes or removes it. flock(2) cannot be awaited; waiters must not move in step.
            await Task.Delay(Random.Shared.Next(1, Math.Min(2 + attempt, 25) + 1), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>With the lock shared: true where the layer is there, made now or before, and the lock is held.</summary>
    private async Task<bool> MakeAsync(LayerDirectory directory, LayerLock held, Func<string, Task<UnpackResult>> unpackAsync)
    {
        if (directory.IsUsable)
        {
            return true;
        }
        if (!held.TryTakeAlone())
        {
            return false;
        }
        try
        {
            if (!directory.IsUsable)
            {
                UnpackResult result = await directory.MakeAsync(unpackAsync).ConfigureAwait(false);
                foreach (UnpackNotice notice in result.Notices)
                {
                    _notices.Add(notice);
                }
            }
        }
        catch
        {
            held.Remove();
            held.Dispose();
            throw;
        }
        return held.TryShare() && directory.IsUsable;
    }

    private Task<UnpackResult> UnpackLayerAsync(int index, string directory, CancellationToken cancellationToken)
    {
        var unpacker = new ImageUnpacker((options.Unpack ?? new UnpackOptions()).Copy(forOverlay: true));
        return unpacker.UnpackAsync([ToUnpack(index)], directory, _progress?.For(index), cancellationToken);
    }

    private Task<UnpackResult> UnpackStackAsync(int top, string directory, CancellationToken cancellationToken) =>
        new ImageUnpacker(options.Unpack).UnpackAsync([.. Enumerable.Range(0, top + 1).Select(ToUnpack)], directory, _progress?.For(top), cancellationToken);

    private UnpackLayer ToUnpack(int index) => new()
    {
        Descriptor = image.Layers[index].Descriptor,
        DiffId = image.Layers[index].DiffId,
        OpenAsync = token => image.Source.OpenAsync(image.Layers[index].Descriptor, token),
    };
}
