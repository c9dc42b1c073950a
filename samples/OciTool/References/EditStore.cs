using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>
/// Where a changed image comes to be. New blobs go to the target at once, documents stay here until all else is there,
/// and the rest is read from the images that it is made of.
/// </summary>
internal sealed class EditStore : IContentStore
{
    private readonly MemoryContentStore _documents = new();
    private readonly IContentStore _blobs;
    private readonly CombinedContentSource _all;

    /// <param name="blobs">The target, which new blobs go to.</param>
    /// <param name="origins">Where the images are.</param>
    public EditStore(IContentStore blobs, params IReadOnlyList<IContentSource> origins)
    {
        _blobs = blobs;
        _all = new CombinedContentSource([_documents, .. origins, blobs]);
    }

    /// <summary>Shows how far new blobs are, where set.</summary>
    public ProgressBars? Progress { get; set; }

    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => _all.OpenAsync(descriptor, cancellationToken);

    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => _all.ExistsAsync(descriptor, cancellationToken);

    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => _all.ResolveAsync(reference, cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _all.ListTagsAsync(cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        _all.ListReferrersAsync(subject, artifactType, cancellationToken);

    public Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default) =>
        (IsDocument(descriptor.MediaType) ? _documents : _blobs).AddAsync(descriptor, content, cancellationToken);

    public async Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        ContentWriter writer = await _blobs.CreateAsync(cancellationToken);
        return Progress is null ? writer : new ReportingContentWriter(writer, Progress);
    }

    public Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default) => _documents.TagAsync(descriptor, tag, cancellationToken);

    /// <summary>Where the images come from.</summary>
    public override string ToString() => _all.ToString();

    private static bool IsDocument(MediaType mediaType) => MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType) || MediaTypes.IsConfig(mediaType);
}
