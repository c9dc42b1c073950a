namespace Oci.Distribution.Configuration;

/// <summary>A mirror of a registry or of a part of it (<c>[[registry.mirror]]</c>).</summary>
public sealed record RegistryMirror
{
    /// <summary>What stands in the place of the prefix: <c>HOST[:PORT][/NAME]</c>.</summary>
    public required string Location { get; init; }

    /// <summary>True where http, and certificates that nobody vouches for, are taken.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>For which references it is asked.</summary>
    public MirrorUse Use { get; init; }
}
