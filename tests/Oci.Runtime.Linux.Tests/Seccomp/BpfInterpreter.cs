using System.Buffers.Binary;
using Oci.Runtime.Linux.Seccomp;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>Runs the classic BPF that filters are made of, ours and libseccomp's, and refuses what the kernel refuses.</summary>
internal static class BpfInterpreter
{
    public static uint Run(IReadOnlyList<BpfInstruction> program, uint architecture, uint number, params ulong[] arguments)
    {
        Span<byte> data = stackalloc byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data[4..], architecture);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data[(16 + (8 * i))..], arguments[i]);
        }
        uint accumulator = 0;
        for (int at = 0; ; at++)
        {
            BpfInstruction instruction = program[at];
            uint k = instruction.Operand;
            switch (instruction.Code)
            {
                case BpfInstruction.Load:
                    Assert.True(k % 4 == 0 && k < 64, $"The kernel refuses a load at {k}.");
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data[(int)k..]);
                    break;
                case BpfInstruction.And:
                    accumulator &= k;
                    break;
                case BpfInstruction.Jump:
                    at += checked((int)k);
                    break;
                case BpfInstruction.JumpEqual:
                    at += accumulator == k ? instruction.True : instruction.False;
                    break;
                case BpfInstruction.JumpGreater:
                    at += accumulator > k ? instruction.True : instruction.False;
                    break;
                case BpfInstruction.JumpGreaterOrEqual:
                    at += accumulator >= k ? instruction.True : instruction.False;
                    break;
                case BpfInstruction.Return:
                    return k;
                default:
                    throw new InvalidDataException($"Instruction {at} has the code 0x{instruction.Code:x}.");
            }
        }
    }
}
