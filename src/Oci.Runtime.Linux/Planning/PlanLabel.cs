using System.Globalization;

namespace Oci.Runtime.Linux.Planning;

/// <summary>A place in the program that steps can go on to.</summary>
/// <param name="number">Its number in the plan, from 1.</param>
internal sealed class PlanLabel(int number)
{
    private string? _name;

    /// <summary>How the plan's text calls it.</summary>
    public string Name => _name ?? string.Create(CultureInfo.InvariantCulture, $"L{number}");

    /// <summary>The index of the step it stands before; -1 until it is placed.</summary>
    public int Step { get; set; } = -1;

    /// <summary>The address of a step in another program; null where it is in this one.</summary>
    public uint? Address { get; private init; }

    /// <summary>A place in another program, which is mapped by then.</summary>
    public static PlanLabel At(string name, uint address) => new(0) { _name = name, Address = address };
}
