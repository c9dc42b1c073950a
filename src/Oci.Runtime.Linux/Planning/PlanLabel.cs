namespace Oci.Runtime.Linux.Planning;

/// <summary>A place in the program that steps can go on to.</summary>
internal sealed class PlanLabel(string name)
{
    /// <summary>How the plan's text calls it.</summary>
    public string Name { get; } = name;

    /// <summary>The index of the step it stands before; -1 until it is placed.</summary>
    public int Step { get; set; } = -1;
}
