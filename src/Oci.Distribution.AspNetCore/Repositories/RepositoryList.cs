using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Repositories;

/// <summary>The answer to <c>GET /v2/_catalog</c>.</summary>
internal sealed record RepositoryList([property: JsonPropertyName("repositories")] IReadOnlyList<string> Repositories);
