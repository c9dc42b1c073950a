using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Launching;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The numbers of the init's own descriptors once it runs: as they were given, unless the program's take their place.</summary>
/// <param name="preserved">How many descriptors the program gets from 3 on.</param>
internal sealed class PlanDescriptors(int preserved)
{
    /// <summary>The most that a program may be given; each takes a number of this process for a moment.</summary>
    public const int MaxPreserved = 1024;

    public int Preserved { get; } = preserved;

    /// <summary>What an option may be set to: as many as there are numbers for.</summary>
    public static IReadOnlyList<SafeFileHandle> CheckPreserved(IReadOnlyList<SafeFileHandle> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Count <= MaxPreserved
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"There are {value.Count} descriptors; {MaxPreserved} are allowed.");
    }

    public PlanArgument Parent { get; } = PlanArgument.Number(Above(InitDescriptors.Parent, preserved), "parent");

    public PlanArgument StartFifo { get; } = PlanArgument.Number(Above(InitDescriptors.StartFifo, preserved), "fifo");

    public PlanArgument Container { get; } = PlanArgument.Number(Above(InitDescriptors.Container, preserved), "container");

    public PlanArgument Failure { get; } = Above(InitDescriptors.Failure, preserved);

    /// <summary>The first that the program does not get.</summary>
    public long FirstHidden => InitDescriptors.Program + Preserved;

    /// <summary>All from here on are closed.</summary>
    public long FirstUnused => Above(InitDescriptors.First, Preserved);

    /// <summary>Adds the first steps: the program's file and what was inherited are closed, and the program's descriptors get their numbers.</summary>
    /// <param name="builder">Takes the steps.</param>
    /// <param name="last">The init's last descriptor, of those it was given.</param>
    public void AddTakeOver(PlanBuilder builder, int last)
    {
        builder.Begin("closing what was inherited");
        builder.Add(SystemCall.close, [PlanArgument.Number(InitDescriptors.Program, "program")]);
        if (Preserved > 0)
        {
            builder.Begin($"moving {Preserved} descriptors that the program gets to 3");
            for (int number = InitDescriptors.Parent; number <= last; number++)
            {
                builder.Add(SystemCall.dup3, [number, Above(number, Preserved), PlanArgument.Number(0x80000, "O_CLOEXEC")]);
            }
            builder.Move(PlanCell.ReportDescriptor, Parent);
            for (int i = 0; i < Preserved; i++)
            {
                // Upwards: each place is free, or has been moved already.
                builder.Add(SystemCall.dup3, [InitDescriptors.First + i, InitDescriptors.Program + i, 0]);
            }
            builder.Begin("closing what was inherited");
            builder.Add(SystemCall.close_range, [FirstHidden, InitDescriptors.First + Preserved - 1, 0]);
        }
        builder.Add(SystemCall.close_range, [Above(last, Preserved) + 1, PlanFlags.Hex(uint.MaxValue), 0]);
    }

    /// <summary>Above the places where the program's descriptors come in.</summary>
    private static long Above(int number, int preserved) =>
        preserved == 0 ? number : InitDescriptors.First + preserved + (number - InitDescriptors.Parent);
}
