namespace Oci.Runtime.Linux.Seccomp;

/// <summary>
/// Assembles classic BPF from its end to its start: jumps go forward only, so that every target is known when it is jumped to.
/// </summary>
/// <remarks>A label is the place of an instruction counted from the end. A conditional jump reaches 255 instructions; what is
/// farther gets a jump, or a copy of a return, beside it.</remarks>
internal sealed class BpfAssembler
{
    // One less than a byte holds, since the piece beside the jump for one target moves the other by one.
    private const int Reach = 254;

    private readonly List<BpfInstruction> _reversed = [];
    private readonly Dictionary<uint, int> _returns = [];

    public int Count => _reversed.Count;

    /// <summary>The program in its order.</summary>
    public BpfInstruction[] ToProgram()
    {
        BpfInstruction[] program = [.. _reversed];
        Array.Reverse(program);
        return program;
    }

    /// <summary>A place that returns <paramref name="value"/>.</summary>
    public int Return(uint value)
    {
        if (!_returns.TryGetValue(value, out int label) || !IsNear(label))
        {
            label = Emit(BpfInstruction.Return, value);
            _returns[value] = label;
        }
        return label;
    }

    /// <summary>Loads a word of struct seccomp_data and goes on at <paramref name="next"/>.</summary>
    public int Load(uint offset, int next)
    {
        Continue(next);
        return Emit(BpfInstruction.Load, offset);
    }

    /// <summary>Keeps the bits of a mask and goes on at <paramref name="next"/>.</summary>
    public int And(uint mask, int next)
    {
        Continue(next);
        return Emit(BpfInstruction.And, mask);
    }

    /// <summary>Compares the accumulator and goes on at one of two places.</summary>
    public int Branch(ushort code, uint operand, int whenTrue, int whenFalse)
    {
        if (whenTrue == whenFalse)
        {
            return whenTrue;
        }
        whenTrue = BringNear(whenTrue);
        whenFalse = BringNear(whenFalse);
        _reversed.Add(new BpfInstruction(code, checked((byte)(Count - whenTrue - 1)), checked((byte)(Count - whenFalse - 1)), operand));
        return Count - 1;
    }

    private bool IsNear(int label) => Count - label - 1 <= Reach;

    private int BringNear(int label)
    {
        if (IsNear(label))
        {
            return label;
        }
        BpfInstruction target = _reversed[label];
        return target.Code == BpfInstruction.Return ? Return(target.Operand) : Emit(BpfInstruction.Jump, (uint)(Count - label - 1));
    }

    private void Continue(int next)
    {
        if (next != Count - 1)
        {
            Emit(BpfInstruction.Jump, (uint)(Count - next - 1));
        }
    }

    private int Emit(ushort code, uint operand)
    {
        _reversed.Add(new BpfInstruction(code, 0, 0, operand));
        return Count - 1;
    }
}
