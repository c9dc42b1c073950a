namespace Oci.Runtime.Linux.Planning;

/// <summary>The layout that the init and the encoder agree on; drawn at the head of Launching/Init/init-x64.S.</summary>
internal static class ProgramLayout
{
    /// <summary>Where the init maps the program.</summary>
    public const uint Base = 0x10000000;

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

    public static uint AddressOfStep(int index) => Base + HeaderSize + (uint)(index * OperationSize);

    /// <summary>The step that a failure names.</summary>
    public static int StepAt(ulong address) => (int)((address - Base - HeaderSize) / OperationSize);
}
