namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Tests that count what this process holds: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ContainerCollection
{
    public const string Name = "Containers";
}
