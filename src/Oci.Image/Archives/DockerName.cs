using System.Text.RegularExpressions;

namespace Oci.Image.Archives;

/// <summary>Docker's short and full names of one image.</summary>
internal static partial class DockerName
{
    /// <summary>A name as an archive has it: with a tag.</summary>
    /// <exception cref="FormatException">It is no name of an image, or names it by digest.</exception>
    public static string Tag(string name) => name is { Length: <= TagName.MaxLength } && Name.IsMatch(name)
        ? AddLatest(name)
        : throw new FormatException($"'{(name.Length <= 100 ? name : name[..100])}' is no name of an image for an archive: it must be [host[:port]/]name[:tag], the name in lower case, and without a digest.");

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
        return AddLatest(name);
    }

    private static string AddLatest(string name) => name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + ":latest";

    // distribution/reference, "Grammar", without a digest.
    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name { get; }
}
