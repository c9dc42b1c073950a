namespace Oci.Distribution.AspNetCore;

/// <summary>What a request wants to do, for an authorization policy.</summary>
public enum RegistryAction
{
    /// <summary>To learn that this is a registry: <c>GET /v2/</c>.</summary>
    Connect,

    /// <summary>To list the repositories: <c>GET /v2/_catalog</c>.</summary>
    ListRepositories,

    /// <summary>To read a repository's manifests, blobs, tags and referrers.</summary>
    Pull,

    /// <summary>To write manifests, tags and blobs to a repository.</summary>
    Push,

    /// <summary>To delete a repository's manifests, tags or blobs.</summary>
    Delete,
}
