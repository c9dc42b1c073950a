namespace Oci.Runtime.Linux.Planning;

/// <summary>How an argument is to be read.</summary>
internal enum PlanNotation : byte
{
    /// <summary>A number, or the address of a cell.</summary>
    Decimal,

    Hexadecimal,

    Octal,

    /// <summary>What a slot holds when the step is run.</summary>
    Loaded,
}
