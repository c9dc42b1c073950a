using System.Runtime.CompilerServices;
using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>The index of a store that is this process's alone: read at any time, changed in turn.</summary>
/// <param name="source">The store, where manifests are read.</param>
/// <param name="index">What it lists at first; nothing by default.</param>
internal sealed class StoreIndex(IContentSource source, ImageIndex? index = null)
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile ImageIndex _index = index ?? new() { MediaType = MediaTypes.ImageIndex, Manifests = [] };

    public ImageIndex Current => _index;

    public Task AddRootAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        UpdateAsync(index => LayoutEntries.AddRootAsync(source, index, descriptor, cancellationToken), cancellationToken);

    public Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken) =>
        UpdateAsync(index => LayoutEntries.TagAsync(source, index, descriptor, tag, cancellationToken), cancellationToken);

    /// <exception cref="OciImageException">The reference is empty and the store has several images.</exception>
    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ImageIndex index = _index;
        if (Digest.TryParse(reference, out Digest digest))
        {
            return await ManifestGraph.FindAsync(source, index, digest, cancellationToken).ConfigureAwait(false);
        }
        return reference.Length == 0 ? LayoutEntries.FindOnly(index, source.ToString()!) : LayoutEntries.Find(index, reference);
    }

    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (string tag in LayoutEntries.ListTags(_index))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return tag;
        }
    }

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        ManifestGraph.ListReferrersAsync(source, _index, subject, artifactType, cancellationToken);

    private async Task UpdateAsync(Func<ImageIndex, ValueTask<ImageIndex>> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _index = await change(_index).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
