using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Compiles device rules to a BPF program of type BPF_PROG_TYPE_CGROUP_DEVICE. Pure.</summary>
/// <remarks>
/// The kernel gives it the type, the numbers and the ways of use that are wanted (struct bpf_cgroup_dev_ctx). The rules
/// are tried from the last to the first: a denial of one of the ways denies, an allowance takes its ways off; what is
/// left when no rule is left is denied. So for each way the last rule that names it decides.
/// </remarks>
internal sealed class DeviceProgram
{
    /// <summary>The most rules: the kernel's verifier follows every way through them, and gave up (E2BIG) at 4096 different ones.</summary>
    public const int MaxRules = 512;

    private const byte LoadWord = 0x61; // BPF_LDX | BPF_MEM | BPF_W
    private const byte MoveRegister = 0xBC; // BPF_ALU | BPF_MOV | BPF_X
    private const byte MoveNumber = 0xB4; // BPF_ALU | BPF_MOV | BPF_K
    private const byte ShiftRight = 0x74; // BPF_ALU | BPF_RSH | BPF_K
    private const byte And = 0x54; // BPF_ALU | BPF_AND | BPF_K
    private const byte Jump = 0x05; // BPF_JMP | BPF_JA
    private const byte JumpIfEqual = 0x16; // BPF_JMP32 | BPF_JEQ | BPF_K
    private const byte JumpIfBits = 0x46; // BPF_JMP32 | BPF_JSET | BPF_K
    private const byte JumpIfNotEqual = 0x56; // BPF_JMP32 | BPF_JNE | BPF_K
    private const byte Exit = 0x95; // BPF_JMP | BPF_EXIT

    private const int Result = 0;
    private const int Context = 1;
    private const int Type = 2;
    private const int Access = 3;
    private const int Major = 4;
    private const int Minor = 5;

    private readonly List<ulong> _code = [];
    private readonly List<int> _toAllow = [];
    private readonly List<int> _toDeny = [];

    private DeviceProgram()
    {
    }

    /// <summary>The program, 8 bytes an instruction in the order of the machine, which is little-endian on both processors.</summary>
    /// <exception cref="InvalidSpecException">There are too many rules.</exception>
    public static ulong[] Compile(IReadOnlyList<DeviceRule> rules)
    {
        if (rules.Count > MaxRules)
        {
            throw new InvalidSpecException("config.json", [new SpecFinding("/linux/resources/devices", $"There are {rules.Count} device rules; {MaxRules} are the most.")]);
        }
        var program = new DeviceProgram();
        program.Write(rules);
        return [.. program._code];
    }

    private void Write(IReadOnlyList<DeviceRule> rules)
    {
        // struct bpf_cgroup_dev_ctx: access << 16 | type, major, minor.
        Add(LoadWord, Type, Context, 0);
        Add(MoveRegister, Access, Type);
        Add(ShiftRight, Access, number: 16);
        Add(And, Type, number: 0xFFFF);
        Add(LoadWord, Major, Context, 4);
        Add(LoadWord, Minor, Context, 8);
        bool isDecided = false;
        for (int i = rules.Count - 1; i >= 0 && !isDecided; i--)
        {
            isDecided = rules[i].Type == 'a';
            WriteRule(rules[i]);
        }
        // No instruction may be one that nothing leads to: kernels before 5.2 refuse such a program.
        if (!isDecided || _toDeny.Count > 0)
        {
            End(_toDeny, 0);
        }
        if (_toAllow.Count > 0)
        {
            End(_toAllow, 1);
        }
    }

    private void WriteRule(DeviceRule rule)
    {
        if (rule.Type == 'a')
        {
            // Rules before this one decide nothing any more.
            (rule.Allow ? _toAllow : _toDeny).Add(Add(Jump, 0));
            return;
        }
        var toNext = new List<int> { Add(JumpIfNotEqual, Type, number: rule.Type == 'b' ? 1 : 2) };
        if (rule.Major is { } major)
        {
            toNext.Add(Add(JumpIfNotEqual, Major, number: unchecked((int)major)));
        }
        if (rule.Minor is { } minor)
        {
            toNext.Add(Add(JumpIfNotEqual, Minor, number: unchecked((int)minor)));
        }
        if (rule.Allow)
        {
            Add(And, Access, number: (int)(DeviceAccess.All & ~rule.Access));
            _toAllow.Add(Add(JumpIfEqual, Access, number: 0));
        }
        else
        {
            _toDeny.Add(Add(JumpIfBits, Access, number: (int)rule.Access));
        }
        Land(toNext);
    }

    private void End(List<int> jumps, int result)
    {
        Land(jumps);
        Add(MoveNumber, Result, number: result);
        Add(Exit, 0);
    }

    private void Land(List<int> jumps)
    {
        foreach (int jump in jumps)
        {
            _code[jump] |= (ulong)(ushort)(_code.Count - jump - 1) << 16;
        }
    }

    private int Add(byte operation, int destination, int source = 0, short offset = 0, int number = 0)
    {
        _code.Add(operation | ((ulong)destination << 8) | ((ulong)source << 12) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)number << 32));
        return _code.Count - 1;
    }
}
