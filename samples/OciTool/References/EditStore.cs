using System.Runtime.CompilerServices;
using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>
/// Where a changed image comes to be. New blobs go to the target at once, documents stay here until all else is there,
/// and the rest is read from the images that it is made of.
/// </summary>
internal sealed class EditStore(IContentStore blobs, params IReadOnlyList<IContentSource> origins) : IContentStore
{
    private readonly MemoryContentStore _documents = new();

    /// <summary>Shows how far new blobs are, where set.</summary>
    public ProgressBars? Progress { get; set; }

    public async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await (await FindAsync(descriptor, cancellationToken) ?? origins[0]).OpenAsync(descriptor, cancellationToken);

    public async Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        await FindAsync(descriptor, cancellationToken) is not null;

    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        foreach (IContentSource source in origins.Prepend(_documents))
        {
            if (await source.ResolveAsync(reference, cancellationToken) is Descriptor found)
            {
                return found;
            }
        }
        return null;
    }

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _documents.ListTagsAsync(cancellationToken);

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (IContentSource source in origins)
        {
            await foreach (Descriptor referrer in source.ListReferrersAsync(subject, artifactType, cancellationToken))
            {
                yield return referrer;
            }
        }
    }

    public Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default) =>
        (IsDocument(descriptor.MediaType) ? _documents : blobs).AddAsync(descriptor, content, cancellationToken);

    public async Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        ContentWriter writer = await blobs.CreateAsync(cancellationToken);
        return Progress is null ? writer : new ReportingContentWriter(writer, Progress);
    }

    public Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default) => _documents.TagAsync(descriptor, tag, cancellationToken);

    /// <summary>Where the images come from.</summary>
    public override string ToString() => string.Join(", ", origins);

    private static bool IsDocument(MediaType mediaType) => MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType) || MediaTypes.IsConfig(mediaType);

    private async Task<IContentSource?> FindAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        foreach (IContentSource source in origins.Prepend(blobs).Prepend(_documents))
        {
            if (await source.ExistsAsync(descriptor, cancellationToken))
            {
                return source;
            }
        }
        return null;
    }
}
