using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>Checks that a repository has what a manifest is made of, so that what can be pulled can be pulled whole.</summary>
internal sealed class ManifestReferences(BlobStore blobs, ManifestStore manifests, IOptions<OciRegistryOptions> options)
{
    // An answer with one for each of a hostile manifest's entries would be larger than the manifest.
    private const int MaxMissing = 100;

    /// <summary>The errors, one for each of the first hundred things that are missing; <see langword="null"/> where all is there.</summary>
    public async Task<RegistryError?> CheckAsync(RepositoryName repository, ManifestDocument document, CancellationToken cancellationToken)
    {
        var missing = new List<ErrorEntry>();
        foreach (Descriptor blob in document.Blobs.DistinctBy(blob => (blob.Digest, blob.Size, MediaTypes.IsNondistributable(blob.MediaType))))
        {
            if (missing.Count == MaxMissing)
            {
                break;
            }
            long? length = await blobs.GetLengthAsync(repository, blob.Digest, cancellationToken).ConfigureAwait(false);
            if (length is not null && length != blob.Size)
            {
                return RegistryError.ManifestInvalid($"The manifest says that {blob.Digest} has {blob.Size} bytes; it has {length}.");
            }
            // A layer that is elsewhere by its media type need not be here.
            if (length is null && !options.Value.AllowSparseImages && !MediaTypes.IsNondistributable(blob.MediaType))
            {
                missing.Add(Missing(blob, "blob"));
            }
        }
        if (!options.Value.AllowSparseIndexes)
        {
            foreach (Descriptor manifest in document.Manifests.DistinctBy(manifest => manifest.Digest))
            {
                if (missing.Count == MaxMissing)
                {
                    break;
                }
                // An index may point to a blob as well: its entries are of any media type.
                if (!await manifests.ExistsAsync(repository, manifest.Digest, cancellationToken).ConfigureAwait(false)
                    && await blobs.GetLengthAsync(repository, manifest.Digest, cancellationToken).ConfigureAwait(false) is null)
                {
                    missing.Add(Missing(manifest, "manifest"));
                }
            }
        }
        return missing.Count == 0 ? null : new RegistryError(StatusCodes.Status404NotFound, missing);
    }

    private static ErrorEntry Missing(Descriptor descriptor, string kind) =>
        new(ErrorCodes.ManifestBlobUnknown, $"The repository has not the {kind} {descriptor.Digest}. Push it first.", RegistryError.DetailOf(descriptor.Digest));
}
