using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

[JsonSerializable(typeof(CniResult))]
[JsonSerializable(typeof(CniError))]
internal sealed partial class CniJsonContext : JsonSerializerContext;
