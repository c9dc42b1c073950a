namespace Oci.Runtime.Linux.Planning;

/// <summary>What the parent has to do, and hear, while the program runs.</summary>
internal sealed record PlanHandshake
{
    /// <summary>Whether the program waits for id maps to be written.</summary>
    public bool NeedsIdMaps { get; init; }

    /// <summary>Whether the program waits for its process to be put into a cgroup.</summary>
    public bool NeedsCgroup { get; init; }

    /// <summary>Where the resctrl is whose groups the program's process is put into; null where none is asked for.</summary>
    public string? ResctrlPath { get; init; }

    /// <summary>Whether the program is executed at once, by a process that joins a container; else a new container waits to be started.</summary>
    public bool JoinsContainer { get; init; }

    /// <summary>The steps whose times the program sends before it is ready; none where no timings are asked for.</summary>
    public IReadOnlyList<int> TimedSteps { get; init; } = [];

    /// <summary>Sentences for what is done with less, whatever happens.</summary>
    public IReadOnlyList<string> KnownWarnings { get; init; } = [];

    /// <summary>Sentences that the program can point to by a mark, for what was done with less.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the program can ask for by a mark.</summary>
    public IReadOnlyList<ParentRequest> Requests { get; init; } = [];
}
