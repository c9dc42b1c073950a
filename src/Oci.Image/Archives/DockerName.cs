namespace Oci.Image.Archives;

/// <summary>Docker's short and full names of one image.</summary>
internal static class DockerName
{
    public static bool AreSame(string left, string right) => string.Equals(Expand(left), Expand(right), StringComparison.Ordinal);

    // distribution/reference, "normalize": docker.io and library where there is no host, latest where there is no tag.
    private static string Expand(string name)
    {
        int slash = name.IndexOf('/');
        string first = slash < 0 ? "" : name[..slash];
        bool hasHost = first.Contains('.') || first.Contains(':') || first == "localhost";
        if (!hasHost)
        {
            name = slash < 0 ? $"docker.io/library/{name}" : $"docker.io/{name}";
        }
        return name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + ":latest";
    }
}
