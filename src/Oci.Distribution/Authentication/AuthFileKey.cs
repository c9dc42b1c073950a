using Oci.Distribution.Http;

namespace Oci.Distribution.Authentication;

/// <summary>The keys under which files hold the credential of one registry, or of one repository or namespace of it.</summary>
internal static class AuthFileKey
{
    /// <summary>The key that is written: the name itself, but for Docker Hub in Docker's own file.</summary>
    public static string ForWriting(string registry, string path) =>
        !DockerHub.IsHub(registry) ? registry
        : Path.GetFileName(path) == AuthFilePaths.DockerFileName ? DockerHub.ConfigKey
        : DockerHub.Name;

    /// <summary>containers-auth.json(5): the most specific of host/name/space, host/name, host.</summary>
    public static IEnumerable<string> ForReading(string host, string? repository)
    {
        for (string? name = repository; name is not null; name = name.LastIndexOf('/') is > 0 and int slash ? name[..slash] : null)
        {
            yield return $"{host}/{name}";
        }
        yield return host;
        if (DockerHub.IsHub(host))
        {
            yield return DockerHub.ConfigKey;
        }
    }

    /// <summary>Whether a key is another spelling of a registry: Docker's older keys are addresses.</summary>
    public static bool Means(string key, string registry)
    {
        if (string.Equals(key, registry, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        string host = Uri.TryCreate(key, UriKind.Absolute, out Uri? uri) && UriRules.IsHttpOrHttps(uri) ? uri.Authority : key;
        return string.Equals(host, registry, StringComparison.OrdinalIgnoreCase) || (DockerHub.IsHub(host) && DockerHub.IsHub(registry));
    }
}
