using System.Runtime.CompilerServices;
using Oci.Image;

namespace OciTool.References;

/// <summary>Where a changed image comes to be: new blobs go to the target at once, documents stay here until all is there, and the rest is read from the image that it is made from.</summary>
internal sealed class EditStore(IContentSource origin, IContentStore blobs) : IContentStore
{
    private readonly MemoryContentStore _documents = new();

    public async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await (await FindAsync(descriptor, cancellationToken) ?? origin).OpenAsync(descriptor, cancellationToken);

    public async Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await FindAsync(descriptor, cancellationToken) is not null;

    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        await _documents.ResolveAsync(reference, cancellationToken) ?? await origin.ResolveAsync(reference, cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => origin.ListTagsAsync(cancellationToken);

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (Descriptor referrer in origin.ListReferrersAsync(subject, artifactType, cancellationToken))
        {
            yield return referrer;
        }
    }

    public Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default) =>
        (IsDocument(descriptor.MediaType) ? _documents : blobs).AddAsync(descriptor, content, cancellationToken);

    public Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default) => blobs.CreateAsync(cancellationToken);

    public Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default) => _documents.TagAsync(descriptor, tag, cancellationToken);

    /// <summary>Where the image that is changed comes from.</summary>
    public override string ToString() => origin.ToString() ?? "";

    private static bool IsDocument(MediaType mediaType) => MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType) || MediaTypes.IsConfig(mediaType);

    private async Task<IContentSource?> FindAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        foreach (IContentSource source in (IContentSource[])[_documents, blobs, origin])
        {
            if (await source.ExistsAsync(descriptor, cancellationToken))
            {
                return source;
            }
        }
        return null;
    }
}
