using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.Conformance;

/// <summary>Content of one kind, as the development conformance suite of distribution-spec makes it: random each time.</summary>
internal sealed class SuiteData(DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
{
    public Dictionary<Digest, byte[]> Blobs { get; } = [];

    /// <summary>In the order of their push.</summary>
    public List<SuiteManifest> Manifests { get; } = [];

    public Dictionary<string, Digest> Tags { get; } = [];

    /// <summary>True to put <c>data</c> into descriptors.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>True to add members that no spec knows.</summary>
    public bool HasCustomFields { get; init; }

    /// <summary>True to set tags by the query of the push by digest.</summary>
    public bool SetsTagsByQuery { get; init; }

    public Descriptor AddBlob(string mediaType, byte[]? content = null)
    {
        content ??= RandomNumberGenerator.GetBytes(2048);
        var descriptor = new Descriptor { MediaType = MediaType.Parse(mediaType), Digest = Digest.Compute(algorithm, content), Size = content.Length, Data = IsEmbedded ? content : null };
        Blobs[descriptor.Digest] = content;
        return descriptor;
    }

    public Descriptor AddImage(string? tag = null, int layers = 2, string layerType = "application/vnd.oci.image.layer.v1.tar+gzip", Descriptor? subject = null, string? artifactType = null, Dictionary<string, string>? annotations = null, IEnumerable<Descriptor>? more = null)
    {
        Descriptor config = artifactType is null
            ? AddBlob("application/vnd.oci.image.config.v1+json", Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","author":"{{{Guid.NewGuid()}}}","rootfs":{"type":"layers","diff_ids":[]}}"""))
            : AddBlob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray());
        return AddManifest(
            new ImageManifest
            {
                MediaType = MediaTypes.ImageManifest,
                ArtifactType = artifactType,
                Config = config,
                Layers = [.. more ?? [], .. Enumerable.Range(0, layers).Select(_ => AddBlob(layerType))],
                Subject = subject,
                Annotations = annotations,
            }.ToUtf8Bytes(),
            MediaTypes.ImageManifest,
            tag,
            subject,
            artifactType ?? config.MediaType.ToString(),
            annotations);
    }

    public Descriptor AddIndex(string? tag, Descriptor[] manifests, Descriptor? subject = null, string? artifactType = null, Dictionary<string, string>? annotations = null) =>
        AddManifest(
            new ImageIndex { MediaType = MediaTypes.ImageIndex, ArtifactType = artifactType, Manifests = manifests, Subject = subject, Annotations = annotations }.ToUtf8Bytes(),
            MediaTypes.ImageIndex,
            tag,
            subject,
            artifactType,
            annotations);

    private Descriptor AddManifest(byte[] content, MediaType mediaType, string? tag, Descriptor? subject, string? artifactType, Dictionary<string, string>? annotations)
    {
        if (HasCustomFields)
        {
            JsonObject json = JsonNode.Parse(content)!.AsObject();
            json[$"org.example.{Guid.NewGuid()}"] = new JsonObject { ["any"] = new JsonArray(1, "two", null) };
            content = Encoding.UTF8.GetBytes(json.ToJsonString());
        }
        var descriptor = new Descriptor { MediaType = mediaType, Digest = Digest.Compute(algorithm, content), Size = content.Length, Data = IsEmbedded ? content : null };
        Manifests.Add(new SuiteManifest(descriptor, content, subject?.Digest, artifactType, annotations));
        if (tag is not null)
        {
            Tags[tag] = descriptor.Digest;
        }
        return descriptor;
    }
}
