using System.Text.Json.Serialization;

namespace Oci.Image.Archives;

/// <summary>One image in the <c>manifest.json</c> of a Docker archive (moby, image/spec, "Combined Image JSON + Filesystem Changeset Format").</summary>
internal sealed record DockerArchiveImage
{
    [JsonPropertyName("Config")]
    public required string Config { get; init; }

    [JsonPropertyName("RepoTags")]
    public IReadOnlyList<string>? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public IReadOnlyList<string>? Layers { get; init; }
}
