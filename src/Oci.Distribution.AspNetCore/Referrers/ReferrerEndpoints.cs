using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Referrers;

/// <summary><c>GET /v2/NAME/referrers/DIGEST</c> (end-12a and end-12b).</summary>
internal sealed class ReferrerEndpoints(ReferrerStore referrers, ManifestStore manifests, IOptions<OciRegistryOptions> options)
{
    public async Task ListAsync(RegistryCall call)
    {
        // "Listing Referrers": 400 where the digest is not valid, and an empty index where nothing refers to it.
        if (!Digest.TryParse(call.Argument, out Digest subject))
        {
            await RegistryError.DigestInvalid(call.Argument).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        await AnswerAsync(
            call,
            subject,
            await referrers.ListAsync(call.Repository, subject, call.Cancellation).ConfigureAwait(false),
            digest => FindAsync(call, subject, digest)).ConfigureAwait(false);
    }

    /// <summary>Answers with a page of the referrers, whose digests are in ordinal order.</summary>
    public async Task AnswerAsync(RegistryCall call, Digest subject, IReadOnlyList<string> all, Func<Digest, ValueTask<Descriptor?>> find)
    {
        if (Page.Parse(call.Request.Query, options.Value.MaxPageSize, out Page page) is { } error)
        {
            await error.WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        string artifactType = call.Request.Query["artifactType"].ToString();
        IReadOnlyList<string> names = page.Take(all, out bool hasMore);
        var found = new List<Descriptor>();
        string last = "";
        long size = 0;
        foreach (string name in names)
        {
            if (!Digest.TryParse(name, out Digest digest)
                || await find(digest).ConfigureAwait(false) is not { } descriptor)
            {
                // The next page begins after it, also where the whole page is of such.
                last = name;
                continue;
            }
            // The index is a manifest to its reader, and no larger than one may be. Descriptors are short but for these two.
            size += 512 + 6L * (descriptor.ArtifactType?.Length ?? 0) + (descriptor.Annotations?.Sum(pair => 6L * (pair.Key.Length + pair.Value.Length)) ?? 0);
            if (size > options.Value.MaxManifestSize && last.Length > 0)
            {
                hasMore = true;
                break;
            }
            last = name;
            if (artifactType.Length == 0 || descriptor.ArtifactType == artifactType)
            {
                found.Add(descriptor);
            }
        }
        if (artifactType.Length > 0)
        {
            call.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }
        if (hasMore && last.Length > 0)
        {
            page.SetLink(call.Response, call.PathOf($"referrers/{subject}"), last, artifactType.Length == 0 ? "" : $"&artifactType={Uri.EscapeDataString(artifactType)}");
        }
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = found };
        await call.Response.WriteBytesAsync(index.ToUtf8Bytes(), MediaTypes.ImageIndex.ToString(), call.Cancellation).ConfigureAwait(false);
    }

    // An entry comes before its manifest and goes after it.
    private async ValueTask<Descriptor?> FindAsync(RegistryCall call, Digest subject, Digest referrer) =>
        await manifests.ExistsAsync(call.Repository, referrer, call.Cancellation).ConfigureAwait(false)
            ? await referrers.FindAsync(call.Repository, subject, referrer, call.Cancellation).ConfigureAwait(false)
            : null;
}
