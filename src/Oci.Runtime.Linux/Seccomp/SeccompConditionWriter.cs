namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Writes what is done with a call, once for all calls that are treated alike.</summary>
internal sealed class SeccompConditionWriter(BpfAssembler assembler)
{
    private const uint OffsetOfArguments = 16;

    private readonly Dictionary<(SeccompBehavior Behavior, bool Is64Bit), int> _written = [];

    /// <summary>The place of the behaviour's code.</summary>
    /// <param name="behavior">What is done.</param>
    /// <param name="is64Bit">Whether the high halves of arguments count.</param>
    public int Write(SeccompBehavior behavior, bool is64Bit)
    {
        if (behavior.Rules.Count == 0)
        {
            return assembler.Return(behavior.Otherwise);
        }
        if (!_written.TryGetValue((behavior, is64Bit), out int label))
        {
            label = assembler.Return(behavior.Otherwise);
            for (int i = behavior.Rules.Count - 1; i >= 0; i--)
            {
                label = WriteRule(behavior.Rules[i], label, is64Bit);
            }
            _written.Add((behavior, is64Bit), label);
        }
        return label;
    }

    private int WriteRule(SeccompRule rule, int otherwise, bool is64Bit)
    {
        int label = assembler.Return(rule.Value);
        for (int i = rule.Conditions.Count - 1; i >= 0; i--)
        {
            SeccompCondition condition = rule.Conditions[i];
            (int holds, int fails) = condition.IsNegated ? (otherwise, label) : (label, otherwise);
            label = condition.Test is SeccompTest.Equal
                ? WriteEqual(condition, holds, fails, is64Bit)
                : WriteOrder(condition, holds, fails, is64Bit);
        }
        return label;
    }

    private int WriteEqual(SeccompCondition condition, int holds, int fails, bool is64Bit)
    {
        uint offset = OffsetOfArguments + (8 * condition.Index);
        int label = WriteHalf(offset, (uint)condition.Mask, (uint)condition.Value, holds, fails);
        return is64Bit ? WriteHalf(offset + 4, (uint)(condition.Mask >> 32), (uint)(condition.Value >> 32), label, fails) : label;
    }

    private int WriteHalf(uint offset, uint mask, uint value, int holds, int fails)
    {
        if ((value & ~mask) != 0)
        {
            return fails;
        }
        if (mask == 0)
        {
            return holds;
        }
        int label = assembler.Branch(BpfInstruction.JumpEqual, value, holds, fails);
        return assembler.Load(offset, mask == uint.MaxValue ? label : assembler.And(mask, label));
    }

    private int WriteOrder(SeccompCondition condition, int holds, int fails, bool is64Bit)
    {
        uint offset = OffsetOfArguments + (8 * condition.Index);
        ushort code = condition.Test is SeccompTest.Greater ? BpfInstruction.JumpGreater : BpfInstruction.JumpGreaterOrEqual;
        int label = assembler.Load(offset, assembler.Branch(code, (uint)condition.Value, holds, fails));
        if (is64Bit)
        {
            uint high = (uint)(condition.Value >> 32);
            label = assembler.Branch(BpfInstruction.JumpEqual, high, label, fails);
            label = assembler.Branch(BpfInstruction.JumpGreater, high, holds, label);
            label = assembler.Load(offset + 4, label);
        }
        return label;
    }
}
