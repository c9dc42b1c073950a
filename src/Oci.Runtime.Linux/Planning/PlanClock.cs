using System.Buffers.Binary;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The cell that a program notes the time in, before each group of steps, where timings are asked for.</summary>
internal sealed class PlanClock(PlanArgument clock)
{
    /// <summary>The most groups that are timed: the note is one message of a socket.</summary>
    public const int MaxStamps = 1024;

    /// <summary>struct timespec.</summary>
    public const int StampSize = 16;

    private readonly List<int> _steps = [];

    /// <summary>The mark, then the times.</summary>
    public PlanCell Times { get; } = new("times", MarkTo(new byte[ProgramLayout.FrameSize + (MaxStamps * StampSize)]));

    /// <summary>The indices of the steps that take the time.</summary>
    public IReadOnlyList<int> Steps => _steps;

    public int MessageSize => ProgramLayout.FrameSize + (_steps.Count * StampSize);

    /// <summary>The arguments of the next step that takes the time, whose index is given.</summary>
    public PlanArgument[] Stamp(int step)
    {
        int offset = MessageSize;
        _steps.Add(step);
        return [clock, PlanArgument.AddressOf(Times, offset)];
    }

    /// <summary>How long each group took, in order. One that was passed over is left out, and so is the last, which only ends the one before.</summary>
    public static IReadOnlyList<StepTiming> Read(ContainerPlan plan, ReadOnlySpan<byte> times)
    {
        var timings = new List<StepTiming>();
        PlanStep? current = null;
        TimeSpan start = default;
        for (int i = 0; i < plan.Handshake.TimedSteps.Count; i++)
        {
            ReadOnlySpan<byte> stamp = times[(i * StampSize)..];
            var time = new TimeSpan((BinaryPrimitives.ReadInt64LittleEndian(stamp) * TimeSpan.TicksPerSecond)
                + (BinaryPrimitives.ReadInt64LittleEndian(stamp[8..]) / TimeSpan.NanosecondsPerTick));
            if (time == default)
            {
                continue;
            }
            if (current is not null)
            {
                timings.Add(new StepTiming(current.Label, current.Phase, current.SpecPointer, time - start));
            }
            (current, start) = (plan.Steps[plan.Handshake.TimedSteps[i]], time);
        }
        return timings;
    }

    private static byte[] MarkTo(byte[] content)
    {
        BinaryPrimitives.WriteInt64LittleEndian(content, (long)PlanMark.Times);
        return content;
    }
}
