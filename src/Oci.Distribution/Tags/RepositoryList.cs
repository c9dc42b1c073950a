using System.Text.Json.Serialization;

namespace Oci.Distribution.Tags;

/// <summary>A page of the catalog, which is Docker's and not part of distribution-spec.</summary>
internal sealed class RepositoryList
{
    [JsonPropertyName("repositories")]
    public List<string>? Repositories { get; init; }
}
