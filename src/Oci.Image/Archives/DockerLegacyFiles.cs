using System.Text;
using System.Text.Json;

namespace Oci.Image.Archives;

/// <summary>The parts of a Docker archive from before there was a <c>manifest.json</c> (moby, image/spec/v1.md).</summary>
/// <remarks>
/// Each layer is an image of its own there, with a parent. Ids are made of chain IDs, so that images which share
/// their lower layers share these directories; the topmost one has the image's config, and so an id of its own.
/// </remarks>
internal sealed class DockerLegacyFiles(StagedArchive archive)
{
    private readonly HashSet<string> _ids = [];
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _repositories = new(StringComparer.Ordinal);

    public async Task AppendAsync(OciImage image, IReadOnlyList<string> layers, IEnumerable<string> tags, CancellationToken cancellationToken)
    {
        string? parent = null;
        for (int i = 0; i < layers.Count; i++)
        {
            bool isTop = i == layers.Count - 1;
            string chain = image.Layers[i].ChainId.ToString();
            string id = Digest.Compute(Encoding.UTF8.GetBytes(isTop ? $"{chain} {image.Manifest.Config.Digest}" : chain)).Hex.ToString();
            if (!_ids.Contains(id))
            {
                await archive.AppendDirectoryAsync(id, cancellationToken).ConfigureAwait(false);
                await archive.AppendAsync($"{id}/VERSION", "1.0"u8.ToArray(), cancellationToken).ConfigureAwait(false);
                await archive.AppendAsync($"{id}/json", FormatLayer(id, parent, isTop ? image.ConfigBytes : default), cancellationToken).ConfigureAwait(false);
                await archive.AppendSymlinkAsync($"{id}/layer.tar", $"../{layers[i]}", cancellationToken).ConfigureAwait(false);
                _ids.Add(id);
            }
            parent = id;
        }
        if (parent is null)
        {
            return; // Without layers there is nothing that an entry could point to.
        }
        foreach (string tag in tags)
        {
            int colon = tag.LastIndexOf(':');
            if (!_repositories.TryGetValue(tag[..colon], out SortedDictionary<string, string>? repository))
            {
                _repositories[tag[..colon]] = repository = new(StringComparer.Ordinal);
            }
            repository[tag[(colon + 1)..]] = parent;
        }
    }

    /// <summary>Writes <c>repositories</c>, where an image has a name.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_repositories.Count > 0)
        {
            await archive.AppendAsync(DockerArchiveContents.RepositoriesName, FormatRepositories(), cancellationToken).ConfigureAwait(false);
        }
    }

    private byte[] FormatRepositories() => OciJson.ToUtf8Bytes(writer =>
    {
        writer.WriteStartObject();
        foreach ((string name, SortedDictionary<string, string> tags) in _repositories)
        {
            writer.WriteStartObject(name);
            foreach ((string tag, string id) in tags)
            {
                writer.WriteString(tag, id);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    });

    private static byte[] FormatLayer(string id, string? parent, ReadOnlyMemory<byte> config) => OciJson.ToUtf8Bytes(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        if (parent is not null)
        {
            writer.WriteString("parent", parent);
        }
        if (config.IsEmpty)
        {
            writer.WriteString("created", "1970-01-01T00:00:00Z");
        }
        else
        {
            using var document = JsonDocument.Parse(config);
            foreach (JsonProperty member in document.RootElement.EnumerateObject().Where(member => member.Name is not ("id" or "parent" or "rootfs" or "history")))
            {
                member.WriteTo(writer);
            }
        }
        writer.WriteEndObject();
    });
}
