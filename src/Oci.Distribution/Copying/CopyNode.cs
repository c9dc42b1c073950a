using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Copying;

/// <summary>A manifest or index of a copy, and what it points to.</summary>
internal sealed class CopyNode(Descriptor descriptor, int depth)
{
    /// <summary>What is copied: of an index that is reduced, the new one.</summary>
    public Descriptor Descriptor { get; private set; } = descriptor;

    /// <summary>The digest that the source knows it by.</summary>
    public Digest SourceDigest { get; } = descriptor.Digest;

    /// <summary>In how many indexes it is nested.</summary>
    public int Depth { get; } = depth;

    /// <summary>Whether the destination has it.</summary>
    public bool IsThere { get; set; }

    /// <summary>The bytes; <see langword="null"/> where they were not needed, or are read again when they are.</summary>
    public byte[]? Content { get; set; }

    /// <summary>The parsed index; <see langword="null"/> for a manifest.</summary>
    public ImageIndex? Index { get; private set; }

    /// <summary>The manifests of an index that are copied.</summary>
    public IReadOnlyList<Descriptor> Entries { get; set; } = [];

    /// <summary>Config and layers of a manifest, or what an index lists that is no manifest.</summary>
    public IReadOnlyList<Descriptor> Blobs { get; set; } = [];

    /// <summary>The manifests that refer to it.</summary>
    public List<Descriptor> Referrers { get; } = [];

    /// <summary>Whether it was made anew here, and the source lacks it.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Nothing of an index is wanted: then it is not either.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>0 for a manifest, for an index one more than what it lists.</summary>
    public int Level { get; set; }

    /// <summary>Whether the destination's copy is checked, and mended.</summary>
    public bool IsVerified { get; set; }

    /// <exception cref="InvalidDocumentException">It is no manifest or index, or says of itself that it is of another type than what points to it does.</exception>
    public void Parse(byte[] content)
    {
        if (MediaTypes.IsIndex(Descriptor.MediaType))
        {
            Index = ImageIndex.Parse(content);
            CheckType(Index.MediaType);
            return;
        }
        ImageManifest manifest = ImageManifest.Parse(content);
        CheckType(manifest.MediaType);
        Blobs = [manifest.Config, .. manifest.Layers];
    }

    /// <summary>Puts a new index in place of the source's.</summary>
    public void Replace(ImageIndex index)
    {
        Index = index;
        Content = index.ToUtf8Bytes();
        Descriptor = Descriptor with { Digest = Digest.Compute(Descriptor.Digest.Algorithm, Content), Size = Content.Length, Data = null };
        IsNew = true;
        // What was there was the source's.
        IsThere = false;
        IsVerified = false;
    }

    public CopyItem ToItem() => new()
    {
        Descriptor = Descriptor,
        IsManifest = true,
        Action = IsVerified ? CopyAction.Verify : IsThere ? CopyAction.Skip : CopyAction.Copy,
    };

    // manifest.md and image-index.md: "mediaType ... when used, this field MUST contain the media type" of the document.
    private void CheckType(MediaType? own)
    {
        if (own is MediaType said && said != Descriptor.MediaType)
        {
            throw new InvalidDocumentException($"manifest {Descriptor.Digest}", "$.mediaType", $"it says {said}, and what points to it says {Descriptor.MediaType}");
        }
    }
}
