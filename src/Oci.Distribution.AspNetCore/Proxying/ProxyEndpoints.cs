using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>What a pull-through cache does in the place of a registry of its own.</summary>
internal sealed class ProxyEndpoints(ProxyManifestEndpoint manifests, ProxyBlobEndpoint blobs, ProxyListEndpoints lists, IOptions<OciRegistryOptions> options)
{
    /// <summary>True where the registry is a cache of another: nothing is pushed to it.</summary>
    public bool AreOn => options.Value.Upstream is not null;

    /// <summary>The operation of an endpoint; <see langword="null"/> where it is no other than in every registry.</summary>
    public RegistryOperation? Find(RegistryEndpoint endpoint, string method) => !AreOn ? null : (endpoint, method) switch
    {
        (RegistryEndpoint.Manifest, "GET" or "HEAD") => new(RegistryAction.Pull, manifests.GetAsync),
        (RegistryEndpoint.Blob, "GET") => new(RegistryAction.Pull, blobs.GetAsync),
        (RegistryEndpoint.Blob, "HEAD") => new(RegistryAction.Pull, blobs.HeadAsync),
        (RegistryEndpoint.TagList, "GET" or "HEAD") => new(RegistryAction.Pull, lists.ListTagsAsync),
        (RegistryEndpoint.Referrers, "GET" or "HEAD") => new(RegistryAction.Pull, lists.ListReferrersAsync),
        _ => null,
    };
}
