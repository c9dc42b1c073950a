namespace Oci.Runtime.Linux.Planning;

/// <summary>The next program that copies a part of the directory, given as a descriptor, into the new filesystem.</summary>
internal sealed record CopyUpRequest(string Label, string? SpecPointer, string? Path) : ParentRequest(Label, SpecPointer, Path)
{
    /// <summary>Whether the root of the new filesystem gets owner and mode of the directory.</summary>
    public bool CopiesRoot { get; init; }

    /// <summary>Where the program asks for more.</summary>
    public required PlanLabel More { get; init; }

    /// <summary>Where it goes on when all is copied.</summary>
    public required PlanLabel Done { get; init; }
}
