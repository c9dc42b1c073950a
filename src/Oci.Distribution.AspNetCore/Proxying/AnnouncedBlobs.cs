using System.Globalization;
using System.Text;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>The sizes of blobs, which a digest does not tell: those that the manifests which went through say.</summary>
internal sealed class AnnouncedBlobs(IObjectStore store)
{
    private const int MaxLength = 32;

    public async Task AddAsync(RepositoryName repository, ManifestDocument document, CancellationToken cancellationToken)
    {
        foreach (Descriptor blob in document.Blobs.Concat(document.Manifests))
        {
            string key = StorageKeys.Announced(repository, blob.Digest);
            if (await store.GetLengthAsync(key, cancellationToken).ConfigureAwait(false) is null)
            {
                // Not flushed: after a power cut the manifest may be asked for again, and then tells again.
                await store.WriteAsync(key, Encoding.ASCII.GetBytes(blob.Size.ToString(CultureInfo.InvariantCulture)), durable: false, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The descriptor to ask the upstream for a blob by; <see langword="null"/> where no manifest told of it.</summary>
    public async Task<Descriptor?> FindAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        byte[]? text = await store.ReadAsync(StorageKeys.Announced(repository, digest), MaxLength, cancellationToken).ConfigureAwait(false);
        return text is not null && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = size }
            : null;
    }
}
