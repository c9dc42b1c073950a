using System.Globalization;

namespace Oci.Runtime.Linux.Planning;

/// <summary>An argument of a step: a number, the address of a cell, or what a slot holds when the step is run.</summary>
internal readonly record struct PlanArgument
{
    private PlanArgument(long value, PlanCell? cell, bool isLoaded, string text)
    {
        Value = value;
        Cell = cell;
        IsLoaded = isLoaded;
        Text = text;
    }

    /// <summary>The number, or the offset in <see cref="Cell"/>.</summary>
    public long Value { get; }

    public PlanCell? Cell { get; }

    /// <summary>Whether the eight bytes there are the argument, not their address.</summary>
    public bool IsLoaded { get; }

    /// <summary>How the plan's text shows it.</summary>
    public string Text { get; }

    public static PlanArgument Number(long value, string? text = null) =>
        new(value, null, false, text ?? value.ToString(CultureInfo.InvariantCulture));

    public static PlanArgument AddressOf(PlanCell cell, int offset = 0) => new(offset, cell, false, cell.Name);

    public static PlanArgument ValueOf(PlanCell slot, int offset = 0) => new(offset, slot, true, slot.Name);

    public static implicit operator PlanArgument(long value) => Number(value);

    public static implicit operator PlanArgument(PlanCell slot) => ValueOf(slot);
}
