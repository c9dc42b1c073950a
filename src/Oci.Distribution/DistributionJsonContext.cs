using System.Text.Json.Serialization;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;
using Oci.Distribution.Tags;

namespace Oci.Distribution;

[JsonSourceGenerationOptions(MaxDepth = 32)]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(RepositoryList))]
[JsonSerializable(typeof(CredentialHelperAnswer))]
[JsonSerializable(typeof(CredentialHelperRequest))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DistributionJsonContext : JsonSerializerContext
{
}
