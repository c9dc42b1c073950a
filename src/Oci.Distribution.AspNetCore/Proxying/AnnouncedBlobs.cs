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

    // Flushes side by side share a commit of the file system's journal.
    private const int MaxConcurrent = 16;

    public async Task AddAsync(RepositoryName repository, ManifestDocument document, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(document.Blobs.Concat(document.Manifests).DistinctBy(blob => blob.Digest), parallel, async (blob, token) =>
        {
            string key = StorageKeys.Announced(repository, blob.Digest);
            byte[] size = Encoding.ASCII.GetBytes(blob.Size.ToString(CultureInfo.InvariantCulture));
            if (await store.ReadAsync(key, MaxLength, token).ConfigureAwait(false) is not { } known || !known.AsSpan().SequenceEqual(size))
            {
                // Flushed: once the manifest is in the store, nobody tells again.
                await store.WriteAsync(key, size, durable: true, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
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
