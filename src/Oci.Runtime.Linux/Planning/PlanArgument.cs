using System.Globalization;

namespace Oci.Runtime.Linux.Planning;

/// <summary>An argument of a step: a number, the address of a cell, or what a slot holds when the step is run.</summary>
/// <remarks>Its text is made when it is read: a container is made far more often than its plan is printed.</remarks>
internal readonly record struct PlanArgument
{
    private readonly PlanNotation _notation;

    // The cell, or the name of the number.
    private readonly object? _subject;

    private PlanArgument(long value, object? subject, PlanNotation notation)
    {
        Value = value;
        _subject = subject;
        _notation = notation;
    }

    /// <summary>The number, or the offset in <see cref="Cell"/>.</summary>
    public long Value { get; }

    public PlanCell? Cell => _subject as PlanCell;

    /// <summary>Whether the eight bytes there are the argument, not their address.</summary>
    public bool IsLoaded => _notation == PlanNotation.Loaded;

    /// <summary>How the plan's text shows it.</summary>
    public string Text => _subject switch
    {
        PlanCell cell => cell.Name,
        string name => name,
        _ => _notation switch
        {
            PlanNotation.Hexadecimal => string.Create(CultureInfo.InvariantCulture, $"0x{Value:x}"),
            PlanNotation.Octal => "0" + Convert.ToString(Value, 8),
            _ => Value.ToString(CultureInfo.InvariantCulture),
        },
    };

    public static PlanArgument Number(long value, string? name = null) => new(value, name, PlanNotation.Decimal);

    public static PlanArgument Hex(long value) => new(value, null, PlanNotation.Hexadecimal);

    public static PlanArgument Octal(long value) => new(value, null, PlanNotation.Octal);

    public static PlanArgument AddressOf(PlanCell cell, int offset = 0) => new(offset, cell, PlanNotation.Decimal);

    public static PlanArgument ValueOf(PlanCell slot, int offset = 0) => new(offset, slot, PlanNotation.Loaded);

    public static implicit operator PlanArgument(long value) => Number(value);

    public static implicit operator PlanArgument(PlanCell slot) => ValueOf(slot);
}
