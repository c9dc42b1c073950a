using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>What is kept of a session beside its bytes, so that it survives a restart.</summary>
internal sealed record UploadRecord(
    [property: JsonPropertyName("repository")] string Repository,
    [property: JsonPropertyName("algorithm")] string Algorithm);
