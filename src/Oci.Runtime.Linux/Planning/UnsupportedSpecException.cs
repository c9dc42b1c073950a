namespace Oci.Runtime.Linux.Planning;

/// <summary>A configuration asks for something of the spec that this runtime does not do, or this host has not. Nothing has been done.</summary>
/// <remarks>A container without what was asked for, a filter for example, would be less safe than its owner thinks.</remarks>
public sealed class UnsupportedSpecException : ContainerException
{
    internal UnsupportedSpecException(string containerId, string specPointer, string feature, string hint)
        : this(containerId, specPointer, feature, hint, "is not supported by this runtime yet")
    {
    }

    private UnsupportedSpecException(string containerId, string specPointer, string feature, string hint, string why)
        : base(
            $"container {containerId}: {feature} {why} [{specPointer}]. Hint: {hint}",
            new ContainerFailure { ContainerId = containerId, Step = "reading config.json", SpecPointer = specPointer, Hint = hint })
    {
        Feature = feature;
    }

    /// <summary>Where it is this host that has not what was asked for.</summary>
    internal static UnsupportedSpecException ByHost(string containerId, string specPointer, string feature, string hint) =>
        new(containerId, specPointer, feature, hint, "is not enabled on this host");

    /// <summary>What is not supported, such as <c>AppArmor</c>.</summary>
    public string Feature { get; }
}
