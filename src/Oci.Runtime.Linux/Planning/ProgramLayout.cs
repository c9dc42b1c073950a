namespace Oci.Runtime.Linux.Planning;

/// <summary>The layout that the init and the encoder agree on; drawn at the head of Launching/Init/init-x64.S.</summary>
internal static class ProgramLayout
{
    /// <summary>Where the init maps the program.</summary>
    public const uint Base = 0x10000000;

    /// <summary>Where a program maps another one that its parent sent it, which is to go on in its place for a while.</summary>
    public const uint InsertBase = 0x20000000;

    /// <summary>The most that a program may take: arguments and environment are in it.</summary>
    public const int MaxSize = 0x800000;

    public const int HeaderSize = 32;

    /// <summary>Where the header holds the descriptor that a failure is reported to.</summary>
    public const int ReportDescriptorOffset = 24;

    public const int OperationSize = 80;
    public const int ArgumentCount = 6;
    public const int MaxTolerated = 8;

    /// <summary>What a report or a mark takes: two numbers of eight bytes.</summary>
    public const int FrameSize = 16;

    public static uint AddressOfStep(int index, uint programBase = Base) => programBase + HeaderSize + (uint)(index * OperationSize);

    /// <summary>The step that a failure names, in the program or in one that was inserted.</summary>
    public static int StepAt(ulong address) => (int)((address - (IsInserted(address) ? InsertBase : Base) - HeaderSize) / OperationSize);

    /// <summary>Whether a failure names a step of a program that was inserted.</summary>
    public static bool IsInserted(ulong address) => address >= InsertBase;
}
