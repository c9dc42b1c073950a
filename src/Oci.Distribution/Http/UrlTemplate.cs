namespace Oci.Distribution.Http;

/// <summary>The endpoint of distribution-spec that a path belongs to, without names: what spans are grouped by.</summary>
internal static class UrlTemplate
{
    private static readonly (string Part, string Template)[] Endpoints =
    [
        ("/blobs/uploads/", "/v2/{name}/blobs/uploads/{session}"),
        ("/blobs/", "/v2/{name}/blobs/{digest}"),
        ("/manifests/", "/v2/{name}/manifests/{reference}"),
        ("/tags/", "/v2/{name}/tags/list"),
        ("/referrers/", "/v2/{name}/referrers/{digest}"),
    ];

    public static string Of(string path)
    {
        if (path is "/v2/" or "/v2/_catalog")
        {
            return path;
        }
        // The last one counts: a repository may be named "blobs".
        (int at, string template) = Endpoints.Select(e => (path.LastIndexOf(e.Part, StringComparison.Ordinal), e.Template)).MaxBy(e => e.Item1);
        return at < 0 || !path.StartsWith("/v2/", StringComparison.Ordinal) ? "{other}"
            : path.EndsWith("/blobs/uploads/", StringComparison.Ordinal) ? "/v2/{name}/blobs/uploads/"
            : template;
    }
}
