using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>Shows how much of each blob is read.</summary>
internal sealed class ReportingContentSource(IContentSource inner, ProgressBars bars) : IContentSource
{
    public async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        new ReportingStream(await inner.OpenAsync(descriptor, cancellationToken), descriptor, bars);

    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => inner.ExistsAsync(descriptor, cancellationToken);

    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => inner.ResolveAsync(reference, cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => inner.ListTagsAsync(cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        inner.ListReferrersAsync(subject, artifactType, cancellationToken);

    /// <summary>What the source is called.</summary>
    public override string ToString() => inner.ToString() ?? "";
}
