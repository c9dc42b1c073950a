using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>GET and HEAD of a manifest in a pull-through cache: the store is brought up to date, and answers.</summary>
internal sealed class ProxyManifestEndpoint(UpstreamManifests upstream, ManifestEndpoints manifests)
{
    public async Task GetAsync(RegistryCall call)
    {
        UpstreamOutcome outcome = Digest.TryParse(call.Argument, out Digest digest)
            ? await upstream.UpdateAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false)
            : Tag.TryParse(call.Argument, out Tag tag)
                ? await upstream.UpdateAsync(call.Repository, tag, call.Cancellation).ConfigureAwait(false)
                : UpstreamOutcome.Absent;
        if (outcome == UpstreamOutcome.Unavailable)
        {
            await RegistryError.UpstreamUnavailable().WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        if (outcome == UpstreamOutcome.Stale)
        {
            call.WarnStale();
        }
        await manifests.GetAsync(call).ConfigureAwait(false);
    }
}
