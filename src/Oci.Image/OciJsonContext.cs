using System.Text.Json.Serialization;
using Oci.Image.Archives;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image;

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = JsonWalk.MaxDepth,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(IReadOnlyList<History>))]
[JsonSerializable(typeof(LayoutHeader))]
[JsonSerializable(typeof(DockerArchiveImage[]))]
internal sealed partial class OciJsonContext : JsonSerializerContext
{
}
