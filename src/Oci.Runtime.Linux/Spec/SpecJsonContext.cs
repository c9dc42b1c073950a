using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 64,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(ContainerState))]
[JsonSerializable(typeof(Features.RuntimeFeatures))]
[JsonSerializable(typeof(ContainerProcessState))]
[JsonSerializable(typeof(Lifecycle.ContainerRecord))]
internal sealed partial class SpecJsonContext : JsonSerializerContext
{
}
