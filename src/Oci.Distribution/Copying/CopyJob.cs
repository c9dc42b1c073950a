using Oci.Distribution.Http;
using Oci.Distribution.Manifests;
using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>What is copied from where to where, and what copies of the same run share.</summary>
internal sealed record CopyJob(IContentSource Source, IContentStore Destination, string? Tag, CopyOptions Options, CopySession Session)
{
    public string SourceName { get; } = Source.ToString() ?? "the source";

    public string DestinationName { get; } = Destination.ToString() ?? "the destination";

    /// <summary>The root, where its content is at hand.</summary>
    public Manifest? RootManifest { get; init; }

    /// <summary>Whether what the destination has is checked, and mended. A registry does so itself.</summary>
    public bool Repairs => Options.Repair && Destination is not Repository;

    /// <summary>A repository of the destination's registry that is known to have a blob of the source; <see langword="null"/> where none is.</summary>
    public string? FindMountSource(Descriptor blob)
    {
        if (Destination is not Repository to)
        {
            return null;
        }
        return Source is Repository from && from.Name != to.Name && UriRules.IsSameOrigin(from.Client.Registry, to.Client.Registry)
            ? from.Name
            : Session.FindHome(to, blob.Digest) is string home && home != to.Name ? home : null;
    }

    /// <summary>Whether another copy of the run has brought a blob to the destination since this one was planned.</summary>
    public async Task<bool> CameMeanwhileAsync(Descriptor blob, bool hasWaited, CancellationToken cancellationToken) =>
        (Destination is Repository repository && Session.FindHome(repository, blob.Digest) == repository.Name)
        || (hasWaited && await Destination.ExistsAsync(blob, cancellationToken).ConfigureAwait(false));

    /// <summary>Lets other copies of the run know that the destination has a blob.</summary>
    public void NoteThere(Descriptor blob)
    {
        if (Destination is Repository repository)
        {
            Session.Note(repository, blob.Digest);
        }
    }

    /// <summary>Where indexes are read to choose from: the source, with what is at hand before it.</summary>
    public async Task<IContentSource> GetIndexesAsync(CancellationToken cancellationToken)
    {
        if (RootManifest is not Manifest root || !MediaTypes.IsIndex(root.Descriptor.MediaType))
        {
            return Source;
        }
        var atHand = new MemoryContentStore();
        await atHand.AddAsync(root.Descriptor, new MemoryStream(root.Content.ToArray(), writable: false), cancellationToken).ConfigureAwait(false);
        return new CombinedContentSource([atHand, Source]);
    }

    /// <summary>Reads a manifest of the source.</summary>
    public async Task<byte[]> ReadAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        RootManifest?.Descriptor.Digest == descriptor.Digest ? RootManifest.Content.ToArray()
        : descriptor.TryGetData(out ReadOnlyMemory<byte> data)
        ? data.ToArray()
        : await Source.ReadAsync(descriptor, Options.MaxManifestSize, cancellationToken).ConfigureAwait(false);

    /// <summary>Does a step; its failure tells which it was, from where to where.</summary>
    public async Task StepAsync(string step, Descriptor descriptor, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (CopyException.Explains(e))
        {
            throw new CopyException(step, descriptor, SourceName, DestinationName, e);
        }
    }

    /// <summary>Does something for each, a few at once. The first failure ends the rest, and is what is thrown.</summary>
    public Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Options.MaxParallel, CancellationToken = cancellationToken },
            (item, token) => new ValueTask(work(item, token)));
}
