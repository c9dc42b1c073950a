namespace Oci.Runtime.Linux.Planning;

/// <summary>A limit above the hard one, which only the parent may raise: the process is in a user namespace by now (prlimit(2)).</summary>
internal sealed record LimitRequest(string Label, string? SpecPointer, string? Path) : ParentRequest(Label, SpecPointer, Path)
{
    /// <summary>RLIMIT_NOFILE and its like.</summary>
    public required int Resource { get; init; }

    public required ulong Soft { get; init; }

    public required ulong Hard { get; init; }
}
