using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>What the heads of answers about manifests say. None of it is believed where bytes say more.</summary>
internal static class ManifestHeaders
{
    /// <summary>Every type that is understood, so that no registry converts what it holds into an older one.</summary>
    public static readonly string Accept = string.Join(", ",
        MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList, "*/*;q=0.1");

    /// <summary><c>Docker-Content-Digest</c>; <see langword="null"/> where there is none that is one.</summary>
    public static Digest? GetDigest(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.ToString(), out Digest digest) ? digest : null;

    /// <summary>Whether the head names other content by the same algorithm.</summary>
    public static bool NamesOther(HttpResponseMessage response, Digest digest) =>
        GetDigest(response) is Digest told && told.Algorithm == digest.Algorithm && told != digest;

    /// <summary><c>Content-Type</c> without its parameters, which the spec tells clients to ignore.</summary>
    public static MediaType? GetMediaType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) && MediaType.TryParse(values.ToString().Split(';')[0].Trim(), out MediaType mediaType) ? mediaType : null;

    /// <summary>The tags that the registry says it set (<c>OCI-Tag</c>, in one line or several).</summary>
    public static HashSet<string> GetTags(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("OCI-Tag", out var values)
            ? [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
            : [];
}
