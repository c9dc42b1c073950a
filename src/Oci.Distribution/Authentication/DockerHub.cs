namespace Oci.Distribution.Authentication;

/// <summary>The names of Docker Hub, which is the one registry whose host is not the one in its references.</summary>
internal static class DockerHub
{
    /// <summary>What references say.</summary>
    public const string Name = "docker.io";

    /// <summary>Where requests go.</summary>
    public const string RegistryHost = "registry-1.docker.io";

    /// <summary>Where tokens come from.</summary>
    public const string TokenHost = "auth.docker.io";

    /// <summary>What Docker's config files say.</summary>
    public const string ConfigKey = "https://index.docker.io/v1/";

    public static bool IsHub(string host) =>
        host.Equals(Name, StringComparison.OrdinalIgnoreCase) || host.Equals(RegistryHost, StringComparison.OrdinalIgnoreCase)
        || host.Equals("index.docker.io", StringComparison.OrdinalIgnoreCase);
}
