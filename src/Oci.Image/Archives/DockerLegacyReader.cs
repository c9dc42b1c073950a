using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Oci.Common.Linux;
using Oci.Image.Compression;

namespace Oci.Image.Archives;

/// <summary>Reads archives from before there was a <c>manifest.json</c> (moby, image/spec/v1.md): layers that are images, each with a parent.</summary>
/// <remarks>Such archives say no digests, so that every layer is read once to get its DiffID; nothing there can be verified.</remarks>
internal sealed class DockerLegacyReader(ArchiveFile file)
{
    // Docker has never taken more than 127 layers.
    private const int MaxLayers = 1024;

    private readonly Dictionary<string, Digest> _diffIds = [];

    /// <summary>The images that <c>repositories</c> names, with configs made of what their layers say.</summary>
    /// <exception cref="ArchiveException">A layer is missing or compressed, or the parents go round in a circle.</exception>
    /// <exception cref="InvalidDocumentException">A document is malformed.</exception>
    public async Task<IReadOnlyList<(byte[] Config, IReadOnlyList<string> Layers, IReadOnlyList<string> Tags)>> ReadAsync(CancellationToken cancellationToken)
    {
        var tagsById = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var order = new List<string>();
        using JsonDocument repositories = Parse(await file.ReadSmallAsync(DockerArchiveContents.RepositoriesName, cancellationToken).ConfigureAwait(false), DockerArchiveContents.RepositoriesName);
        foreach (JsonProperty repository in repositories.RootElement.EnumerateObject())
        {
            foreach (JsonProperty tag in Members(repository.Value, DockerArchiveContents.RepositoriesName))
            {
                string id = tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString()!
                    : throw new InvalidDocumentException(DockerArchiveContents.RepositoriesName, $"$['{Quote(repository.Name)}']['{Quote(tag.Name)}']", "it must be the id of a layer.");
                if (!tagsById.TryGetValue(id, out List<string>? tags))
                {
                    tagsById[id] = tags = [];
                    order.Add(id);
                }
                tags.Add($"{repository.Name}:{tag.Name}");
            }
        }
        var images = new List<(byte[], IReadOnlyList<string>, IReadOnlyList<string>)>();
        foreach (string id in order)
        {
            (byte[] config, IReadOnlyList<string> layers) = await ReadImageAsync(id, cancellationToken).ConfigureAwait(false);
            images.Add((config, layers, tagsById[id]));
        }
        return images;
    }

    private async Task<(byte[] Config, IReadOnlyList<string> Layers)> ReadImageAsync(string topId, CancellationToken cancellationToken)
    {
        var chain = new List<(string Id, JsonDocument Json)>();
        try
        {
            for (string? id = topId; id is not null; id = GetString(chain[^1].Json.RootElement, "parent"))
            {
                if (chain.Count == MaxLayers || chain.Any(layer => layer.Id == id))
                {
                    throw new ArchiveException($"The layers of {Quote(topId)} in {file.Path} have more than {MaxLayers} parents, or are their own. Save the image again.", file.Path);
                }
                chain.Add((id, Parse(await file.ReadSmallAsync($"{id}/json", cancellationToken).ConfigureAwait(false), "layer json")));
            }
            chain.Reverse();
            var diffIds = new List<Digest>();
            foreach ((string id, _) in chain)
            {
                diffIds.Add(await HashAsync($"{id}/layer.tar", cancellationToken).ConfigureAwait(false));
            }
            return (FormatConfig([.. chain.Select(layer => layer.Json.RootElement)], diffIds), [.. chain.Select(layer => $"{layer.Id}/layer.tar")]);
        }
        finally
        {
            chain.ForEach(layer => layer.Json.Dispose());
        }
    }

    private async Task<Digest> HashAsync(string name, CancellationToken cancellationToken)
    {
        if (_diffIds.TryGetValue(name, out Digest known))
        {
            return known;
        }
        using Stream layer = file.Open(file.Find(name) ?? throw new ArchiveException($"{file.Path} has no file named {Quote(name)}.", file.Path));
        var magic = new byte[CompressionDetector.MagicLength];
        int count = await layer.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (CompressionDetector.Detect(magic.AsSpan(0, count)) != CompressionAlgorithm.None)
        {
            throw new ArchiveException($"{Quote(name)} in {file.Path} is compressed, which no layer of an archive without a manifest.json is. Save the image again.", file.Path);
        }
        layer.Position = 0;
        return _diffIds[name] = Digest.FromHash(DigestAlgorithm.Sha256, await SHA256.HashDataAsync(layer, cancellationToken).ConfigureAwait(false));
    }

    // As moby's MakeConfigFromV1Config: the topmost layer's own, with layers and history in place of what tied it to the others.
    private static byte[] FormatConfig(IReadOnlyList<JsonElement> chain, List<Digest> diffIds) => OciJson.ToUtf8Bytes(writer =>
    {
        JsonElement top = chain[^1];
        writer.WriteStartObject();
        WriteOr(writer, top, "architecture", "amd64");
        WriteOr(writer, top, "os", "linux");
        foreach (JsonProperty member in top.EnumerateObject())
        {
            if (member.Name is not ("architecture" or "os" or "id" or "parent" or "parent_id" or "layer_id" or "throwaway" or "Size" or "rootfs" or "history"))
            {
                member.WriteTo(writer);
            }
        }
        writer.WriteStartObject("rootfs");
        writer.WriteString("type", "layers");
        writer.WriteStartArray("diff_ids");
        diffIds.ForEach(id => writer.WriteStringValue(id.ToString()));
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("history");
        foreach (JsonElement layer in chain)
        {
            writer.WriteStartObject();
            foreach (string member in (ReadOnlySpan<string>)["created", "author", "comment"])
            {
                if (GetString(layer, member) is string value)
                {
                    writer.WriteString(member, value);
                }
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteOr(Utf8JsonWriter writer, JsonElement json, string member, string fallback) =>
        writer.WriteString(member, GetString(json, member) is { Length: > 0 } value ? value : fallback);

    private static string? GetString(JsonElement json, string member) =>
        json.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static IEnumerable<JsonProperty> Members(JsonElement json, string document) => json.ValueKind == JsonValueKind.Object
        ? json.EnumerateObject()
        : throw new InvalidDocumentException(document, "$", "an object is due.");

    private static JsonDocument Parse(byte[] utf8, string document)
    {
        try
        {
            var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 64 });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }
            json.Dispose();
        }
        catch (JsonException e)
        {
            throw new InvalidDocumentException(document, e.Path ?? "$", e.Message, e);
        }
        throw new InvalidDocumentException(document, "$", "an object is due.");
    }

    // Names come from the archive: no terminal codes, and no megabytes, into messages and logs.
    private static string Quote(string name) => PathText.Describe(Encoding.UTF8.GetBytes(name));
}
