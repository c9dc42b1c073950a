using System.Text.Json;
using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>Finds what of a layout is to be kept: all that is reached from what is kept already.</summary>
/// <remarks>Documents are read once, also over several rounds: what a digest stands for does not change.</remarks>
internal sealed class LayoutReachability(LayoutBlobs blobs)
{
    private readonly Dictionary<Digest, ManifestLinks?> _documents = [];
    private readonly Dictionary<Digest, int> _ranks = [];
    private readonly HashSet<Digest> _visited = [];

    /// <summary>The digests to keep.</summary>
    public HashSet<Digest> Kept { get; } = [];

    /// <summary>Forgets what is kept, and not what was read.</summary>
    public void Restart()
    {
        Kept.Clear();
        _visited.Clear();
    }

    /// <summary>Keeps a manifest, index or other blob, with all that it points to. A subject is not kept: that is a weak association (image-spec, manifest.md).</summary>
    /// <exception cref="LayoutException">A manifest is damaged, so that what it needs is not known.</exception>
    public async Task KeepAsync(Descriptor root, CancellationToken cancellationToken)
    {
        // What a manifest lists as layers is content, unless it says that it is more; what an index lists is looked into.
        var queue = new Queue<(Descriptor Descriptor, bool IsListed)>([(root, true)]);
        while (queue.TryDequeue(out (Descriptor Descriptor, bool IsListed) next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            MediaType mediaType = next.Descriptor.MediaType;
            Kept.Add(next.Descriptor.Digest);
            if ((!next.IsListed && !MediaTypes.IsManifest(mediaType) && !MediaTypes.IsIndex(mediaType)) || !_visited.Add(next.Descriptor.Digest))
            {
                continue;
            }
            if (await ReadAsync(next.Descriptor, cancellationToken).ConfigureAwait(false) is ManifestLinks links)
            {
                links.Manifests.ToList().ForEach(child => queue.Enqueue((child, true)));
                links.Blobs.ToList().ForEach(child => queue.Enqueue((child, false)));
            }
        }
    }

    /// <summary>What a document points to; <see langword="null"/> for what is none, or is not there.</summary>
    /// <exception cref="LayoutException">The descriptor says that it is a manifest or index, and it is damaged.</exception>
    public async Task<ManifestLinks?> ReadAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (_documents.TryGetValue(descriptor.Digest, out ManifestLinks? known))
        {
            return known;
        }
        FileFacts? file = blobs.FindFile(descriptor.Digest);
        bool isManifest = MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType);
        if (file is null || (!isManifest && file.Value.Size > OciJson.MaxDocumentSize))
        {
            return null;
        }
        try
        {
            if (!isManifest && !StartsAsObject(descriptor.Digest))
            {
                return null;
            }
            // By the size of the file: what a descriptor says of a blob of no known type decides nothing here.
            Descriptor read = isManifest ? descriptor : descriptor with { Size = file.Value.Size };
            FileStream stream = blobs.OpenRead(descriptor.Digest);
            await using (stream.ConfigureAwait(false))
            {
                byte[] content = await ContentReading.ReadAsync(stream, read, OciJson.MaxDocumentSize, cancellationToken).ConfigureAwait(false);
                if ((isManifest ? descriptor.MediaType : ManifestLinks.Sniff(content)) is not MediaType mediaType)
                {
                    return _documents[descriptor.Digest] = Mentioned(content);
                }
                _ranks[descriptor.Digest] = MediaTypes.IsIndex(mediaType) ? 0 : 1;
                return _documents[descriptor.Digest] = ManifestLinks.Parse(mediaType, content);
            }
        }
        catch (ContentNotFoundException)
        {
            return null; // Another process has collected it meanwhile.
        }
        catch (Exception e) when (e is OciImageException or NotSupportedException && !isManifest)
        {
            return _documents[descriptor.Digest] = null;
        }
        catch (Exception e) when (e is InvalidDocumentException or ContentMismatchException or NotSupportedException)
        {
            throw new LayoutException($"The {descriptor.MediaType} {descriptor.Digest} is damaged, so what it needs is not known, and nothing was removed. Add it again, or take its tag away. {e.Message}", descriptor.Digest.ToString(), e);
        }
    }

    /// <summary>The place in the order of removal: indexes, manifests, all else.</summary>
    public int RankOf(Digest digest) => _ranks.GetValueOrDefault(digest, 2);

    private bool StartsAsObject(Digest digest)
    {
        using FileStream file = blobs.OpenRead(digest);
        int first;
        do
        {
            first = file.ReadByte();
        }
        while (first is ' ' or '\t' or '\r' or '\n');
        return first == '{';
    }

    // Documents of types that are not known here, such as artifact manifests of other days: what looks like a digest is kept.
    private static ManifestLinks? Mentioned(byte[] content)
    {
        var mentioned = new List<Descriptor>();
        try
        {
            var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = 64 });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String && Digest.TryParse(reader.GetString(), out Digest digest))
                {
                    mentioned.Add(new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = 0 });
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }
        return new ManifestLinks { Manifests = mentioned, Blobs = [], Subject = null, ArtifactType = null, Annotations = null };
    }
}
