using System.Text.Json.Serialization;

namespace Oci.Distribution.Tags;

/// <summary>A page of tags (distribution-spec, end-8).</summary>
internal sealed class TagList
{
    // Go registries send null for a repository without tags.
    [JsonPropertyName("tags")]
    public List<string>? Tags { get; init; }
}
