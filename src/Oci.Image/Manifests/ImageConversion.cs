namespace Oci.Image.Manifests;

/// <summary>What a conversion came to.</summary>
public sealed record ImageConversion
{
    /// <summary>The converted manifest or index; the one given, where it was in the format already.</summary>
    public required Descriptor Root { get; init; }

    /// <summary>What the new format has no place for and was left out.</summary>
    public required IReadOnlyList<DroppedMember> Dropped { get; init; }

    /// <summary>The layers that were compressed anew, by what they were and what they are.</summary>
    public required IReadOnlyList<RecompressedLayer> Recompressed { get; init; }
}
