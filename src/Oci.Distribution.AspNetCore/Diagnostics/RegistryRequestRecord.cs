namespace Oci.Distribution.AspNetCore.Diagnostics;

/// <summary>What is known of one request for logs, metrics and traces. A feature of the request, where anybody listens.</summary>
internal sealed class RegistryRequestRecord(long started)
{
    public long Started { get; } = started;

    /// <summary>The repository, where the path has one that is well formed.</summary>
    public string? Repository { get; set; }

    public RegistryAction? Action { get; set; }

    /// <summary>The bytes of blobs and manifests that were taken.</summary>
    public long Received { get; set; }

    public string ActionName => Action switch
    {
        RegistryAction.Connect => "connect",
        RegistryAction.ListRepositories => "list-repositories",
        RegistryAction.Pull => "pull",
        RegistryAction.Push => "push",
        RegistryAction.Delete => "delete",
        _ => "none",
    };
}
