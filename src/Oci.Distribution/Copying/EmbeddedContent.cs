using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>Content that a descriptor may have with it (image-spec, descriptor.md, <c>data</c>).</summary>
internal static class EmbeddedContent
{
    /// <summary>Opens content; what the descriptor embeds, where it is right, is not asked for.</summary>
    public static async ValueTask<Stream> OpenAsync(IContentSource source, Descriptor descriptor, CancellationToken cancellationToken) =>
        descriptor.TryGetData(out ReadOnlyMemory<byte> data)
            ? new MemoryStream(data.ToArray(), writable: false)
            : await source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
}
