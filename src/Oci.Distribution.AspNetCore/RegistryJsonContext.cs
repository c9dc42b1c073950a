using System.Text.Json.Serialization;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Distribution.AspNetCore.Uploads;

namespace Oci.Distribution.AspNetCore;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(RepositoryList))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(UploadRecord))]
internal sealed partial class RegistryJsonContext : JsonSerializerContext
{
}
