using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OciTool.Bundles;

namespace OciTool.Results;

/// <summary>The documents that <c>--json</c> prints. Members are only ever added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(InspectResult))]
[JsonSerializable(typeof(CopiedResult))]
[JsonSerializable(typeof(PlannedResult))]
[JsonSerializable(typeof(SyncedResult))]
[JsonSerializable(typeof(TagsResult))]
[JsonSerializable(typeof(CatalogResult))]
[JsonSerializable(typeof(DeletedResult))]
[JsonSerializable(typeof(PushedResult))]
[JsonSerializable(typeof(PulledResult))]
[JsonSerializable(typeof(ReferrersResult))]
[JsonSerializable(typeof(EditResult))]
[JsonSerializable(typeof(UnpackedResult))]
[JsonSerializable(typeof(ListResult))]
[JsonSerializable(typeof(RepackedResult))]
[JsonSerializable(typeof(ValidationResult))]
[JsonSerializable(typeof(CollectedResult))]
[JsonSerializable(typeof(LoginResult))]
[JsonSerializable(typeof(LogoutResult))]
[JsonSerializable(typeof(UnpackRecord))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with text other than ASCII as it is.</summary>
    public static OutputJson Relaxed => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>As <see cref="Relaxed"/>, in one line.</summary>
    public static OutputJson Compact => field ??= new(new JsonSerializerOptions(Relaxed.Options) { WriteIndented = false });
}
