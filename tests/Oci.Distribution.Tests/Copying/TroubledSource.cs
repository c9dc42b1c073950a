using Oci.Image;

namespace Oci.Distribution.Tests.Copying;

/// <summary>A source that does something, such as to throw, when content is opened.</summary>
internal sealed class TroubledSource(IContentSource inner, Action<Descriptor, int> onOpen) : IContentSource
{
    private int _opened;

    /// <summary>How often content was opened.</summary>
    public int Opened => _opened;

    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        onOpen(descriptor, Interlocked.Increment(ref _opened));
        return inner.OpenAsync(descriptor, cancellationToken);
    }

    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => inner.ExistsAsync(descriptor, cancellationToken);

    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => inner.ResolveAsync(reference, cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => inner.ListTagsAsync(cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        inner.ListReferrersAsync(subject, artifactType, cancellationToken);

    public override string ToString() => "the troubled source";
}
