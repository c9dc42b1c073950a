using Oci.Common.Linux;

namespace Oci.Runtime.Linux;

/// <summary>The facts of a failure, from which its exception is made.</summary>
internal sealed record ContainerFailure
{
    public string? ContainerId { get; init; }

    public string? Step { get; init; }

    public Errno Errno { get; init; }

    public string? Path { get; init; }

    public string? SpecPointer { get; init; }

    public string? Hint { get; init; }
}
