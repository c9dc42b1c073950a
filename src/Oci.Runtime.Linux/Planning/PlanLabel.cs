using System.Globalization;

namespace Oci.Runtime.Linux.Planning;

/// <summary>A place in the program that steps can go on to.</summary>
/// <param name="number">Its number in the plan, from 1.</param>
internal sealed class PlanLabel(int number)
{
    /// <summary>How the plan's text calls it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"L{number}");

    /// <summary>The index of the step it stands before; -1 until it is placed.</summary>
    public int Step { get; set; } = -1;
}
