using System.Buffers.Binary;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Collects steps; the planners write with it.</summary>
internal sealed class PlanBuilder(ProgramArchitecture architecture)
{
    private readonly List<PlanStep> _steps = [];
    private readonly Dictionary<string, PlanCell> _strings = new(StringComparer.Ordinal);
    private int _labels;

    public ProgramArchitecture Architecture { get; } = architecture;

    /// <summary>The phase of the steps that follow.</summary>
    public PlanPhase Phase { get; set; }

    /// <summary>What the steps that follow are for.</summary>
    public string Label { get; set; } = "";

    /// <summary>The member of the config that asked for the steps that follow.</summary>
    public string? SpecPointer { get; set; }

    /// <summary>The path that the steps that follow are about.</summary>
    public string? Path { get; set; }

    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>Takes the time whenever <see cref="Begin"/> is called; null where no timings are asked for, and where a filter could forbid it.</summary>
    public PlanClock? Clock { get; set; }

    /// <summary>Says what the steps that follow are for.</summary>
    public void Begin(string label, string? specPointer = null, string? path = null)
    {
        Label = label;
        SpecPointer = specPointer;
        Path = path;
        if (Clock is not null && Clock.Steps.Count < PlanClock.MaxStamps)
        {
            Add(SystemCall.clock_gettime, Clock.Stamp(_steps.Count));
        }
    }

    /// <summary>Adds a step.</summary>
    public void Add(
        SystemCall call,
        ReadOnlySpan<PlanArgument> arguments,
        ReadOnlySpan<Errno> tolerates = default,
        PlanCell? result = null,
        PlanLabel? onSuccess = null,
        PlanLabel? onError = null,
        bool isExact = false,
        int resultOffset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, ProgramLayout.ArgumentCount, nameof(arguments));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tolerates.Length, ProgramLayout.MaxTolerated, nameof(tolerates));
        var operation = new PlanOperation
        {
            Call = call,
            Arguments = [.. arguments],
            Tolerates = [.. tolerates],
            Result = result,
            ResultOffset = resultOffset,
            OnSuccess = onSuccess,
            OnError = onError,
            IsExact = isExact,
        };
        _steps.Add(new PlanStep(_steps.Count, Phase, Label, SpecPointer, Path, operation));
    }

    /// <summary>A label that is placed later, by <see cref="Place"/>.</summary>
    public PlanLabel NewLabel() => new(++_labels);

    /// <summary>Makes the label stand before the next step.</summary>
    public void Place(PlanLabel label) => label.Step = _steps.Count;

    /// <summary>The address of a string that ends in NUL. Equal strings share one cell.</summary>
    public PlanArgument Text(string value)
    {
        if (!_strings.TryGetValue(value, out PlanCell? cell))
        {
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException($"A string for the kernel cannot hold a NUL: {PlanCell.Text(value).Name}.", nameof(value));
            }
            cell = PlanCell.Text(value);
            _strings.Add(value, cell);
        }
        return PlanArgument.AddressOf(cell);
    }

    /// <summary>A null-terminated array of pointers to strings, as execve(2) takes it.</summary>
    public PlanCell TextArray(string name, IReadOnlyList<string> values)
    {
        var cell = new PlanCell(name, new byte[(values.Count + 1) * 8]);
        for (int i = 0; i < values.Count; i++)
        {
            cell.PointTo(i * 8, Text(values[i]).Cell!);
        }
        return cell;
    }

    /// <summary>A struct of eight-byte members.</summary>
    public static PlanCell Struct(string name, params ReadOnlySpan<long> members)
    {
        byte[] content = new byte[members.Length * 8];
        for (int i = 0; i < members.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(i * 8), members[i]);
        }
        return new PlanCell(name, content);
    }

    /// <summary>Keeps a number, or what another slot holds, in a slot.</summary>
    public void Move(PlanCell slot, PlanArgument value, PlanLabel? next = null, int offset = 0) =>
        Add(SystemCall.compare, [0, 0, 0, 0, value], result: slot, onSuccess: next, resultOffset: offset);

    /// <summary>Goes on to <paramref name="target"/>.</summary>
    public void Jump(PlanLabel target) => Add(SystemCall.compare, [0, 0, 0, 0, 0], onSuccess: target);

    /// <summary>Fails with <paramref name="errno"/> unless the value, under a mask, is the one expected.</summary>
    public void Expect(PlanArgument value, long mask, long expected, Errno errno) =>
        Add(SystemCall.compare, [value, PlanArgument.Hex(mask), PlanArgument.Hex(expected), Negative(errno), 0]);

    /// <summary>Goes on to <paramref name="target"/> where the value, under a mask, is the one expected; else to the next step.</summary>
    public void JumpIf(PlanArgument value, long mask, long expected, PlanLabel target) =>
        Add(SystemCall.compare, [value, PlanArgument.Hex(mask), PlanArgument.Hex(expected), Negative(Errno.ENOMSG), 0], [Errno.ENOMSG], onSuccess: target);

    /// <summary>Ends the program with <paramref name="errno"/>.</summary>
    public void Fail(Errno errno) => Add(SystemCall.compare, [0, 0, 1, Negative(errno), 0]);

    private static PlanArgument Negative(Errno errno) => PlanArgument.Number(
        -(long)errno,
        errno switch
        {
            Errno.ENOMSG => "-ENOMSG",
            Errno.EXDEV => "-EXDEV",
            Errno.EEXIST => "-EEXIST",
            _ => $"-{errno}",
        });

}
