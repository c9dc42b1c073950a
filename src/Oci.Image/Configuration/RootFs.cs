using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Configuration;

/// <summary>The layers of an image by content (image-spec, config.md, "rootfs").</summary>
public sealed record RootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    [JsonPropertyName("type")]
    [AllowNull]
    public string Type { get; init => field = value ?? "layers"; } = "layers";

    /// <summary>The digests of the uncompressed layer tars, the base first.</summary>
    /// <remarks>Docker leaves the member out, and Go programs write null, for an image without layers: both are read as no layers.</remarks>
    [JsonPropertyName("diff_ids")]
    [AllowNull]
    public IReadOnlyList<Digest> DiffIds { get; init => field = value ?? []; } = [];

    /// <summary>Members this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>The ChainIDs, one for each DiffID: each names a layer together with all below it (image-spec, config.md, "Layer ChainID").</summary>
    public IReadOnlyList<Digest> GetChainIds()
    {
        var chain = new Digest[DiffIds.Count];
        for (int i = 0; i < chain.Length; i++)
        {
            // ChainID(L0|...|Ln) = Digest(ChainID(L0|...|Ln-1) + " " + DiffID(Ln))
            chain[i] = i == 0 ? DiffIds[0] : Digest.Compute(Encoding.ASCII.GetBytes($"{chain[i - 1]} {DiffIds[i]}"));
        }
        return chain;
    }
}
