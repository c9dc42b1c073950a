namespace Oci.Runtime.Linux.Planning;

/// <summary>A configuration asks for something of the spec that this runtime does not do yet. Nothing has been done.</summary>
/// <remarks>A container without what was asked for, a filter for example, would be less safe than its owner thinks.</remarks>
public sealed class UnsupportedSpecException : ContainerException
{
    internal UnsupportedSpecException(string containerId, string specPointer, string feature, string hint)
        : base(
            $"container {containerId}: {feature} is not supported by this runtime yet [{specPointer}]. Hint: {hint}",
            new ContainerFailure { ContainerId = containerId, Step = "reading config.json", SpecPointer = specPointer, Hint = hint })
    {
        Feature = feature;
    }

    /// <summary>What is not supported, such as <c>AppArmor</c>.</summary>
    public string Feature { get; }
}
