namespace Oci.Runtime.Linux.Tests.Cgroups;

/// <summary>Runs a device program: the instructions of Documentation/bpf/standardization/instruction-set.rst that such a program has, and no others.</summary>
internal static class EbpfInterpreter
{
    public static bool Run(ReadOnlySpan<ulong> program, uint type, uint access, uint major, uint minor)
    {
        uint[] context = [(access << 16) | type, major, minor];
        Span<ulong> registers = stackalloc ulong[11];
        registers.Fill(0xDEAD_DEAD_DEAD_DEAD);
        for (int i = 0; i < program.Length; i++)
        {
            ulong code = program[i];
            int to = (int)(code >> 8) & 15;
            int from = (int)(code >> 12) & 15;
            short offset = (short)(code >> 16);
            uint number = (uint)(code >> 32);
            switch ((byte)code)
            {
                case 0x61 when from == 1:
                    registers[to] = context[offset / 4];
                    break;
                case 0xBC:
                    registers[to] = (uint)registers[from];
                    break;
                case 0xB4:
                    registers[to] = number;
                    break;
                case 0x74:
                    registers[to] = (uint)registers[to] >> (int)number;
                    break;
                case 0x54:
                    registers[to] = (uint)registers[to] & number;
                    break;
                case 0x05:
                    i += offset;
                    break;
                case 0x16:
                    i += (uint)registers[to] == number ? offset : 0;
                    break;
                case 0x46:
                    i += ((uint)registers[to] & number) != 0 ? offset : 0;
                    break;
                case 0x56:
                    i += (uint)registers[to] != number ? offset : 0;
                    break;
                case 0x95:
                    return registers[0] switch { 0 => false, 1 => true, _ => throw new InvalidOperationException($"It returns {registers[0]:x}.") };
                default:
                    throw new InvalidOperationException($"Instruction {i} is {code:x16}.");
            }
        }
        throw new InvalidOperationException("It runs past its end.");
    }
}
