using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Compiles the filter of a configuration to classic BPF. Pure; its answers are those of libseccomp under runc.</summary>
/// <remarks>
/// By audit architecture first, then by a binary tree over the numbers, in which neighbours with the same answer are one
/// range. A call that is newer than every one that the profile names gives ENOSYS, so that a C library falls back to an
/// older call, as it would not on EPERM.
/// </remarks>
internal static class SeccompCompiler
{
    // struct seccomp_data: nr, arch, instruction pointer, six arguments.
    private const uint OffsetOfNumber = 0;
    private const uint OffsetOfArchitecture = 4;

    /// <summary>Compiles.</summary>
    /// <param name="spec">A valid filter that <see cref="SeccompSupport"/> has let pass.</param>
    /// <param name="native">The ABI of the container's processor, which is always among the filter's.</param>
    /// <exception cref="InvalidSpecException">It takes more instructions than the kernel allows.</exception>
    public static SeccompFilter Compile(LinuxSeccomp spec, SeccompArchitecture native)
    {
        uint otherwise = SeccompReturn.Of(spec.DefaultAction, spec.DefaultErrnoRet);
        SeccompArchitecture[] abis = [.. (spec.Architectures ?? []).Select(name => SeccompArchitecture.Find(name)!).Prepend(native).Distinct()];
        var assembler = new BpfAssembler();
        var conditions = new SeccompConditionWriter(assembler);
        int entry = assembler.Return(SeccompReturn.KillThread);
        foreach (IGrouping<uint, SeccompArchitecture> group in abis.GroupBy(abi => abi.Audit).Reverse())
        {
            List<SeccompRange> ranges = SeccompRanges.Create(spec, [.. group], otherwise);
            int tree = WriteTree(assembler, conditions, ranges, group.Any(abi => abi.Is64Bit));
            int start = assembler.Load(OffsetOfNumber, tree);
            entry = assembler.Branch(BpfInstruction.JumpEqual, group.Key, start, entry);
        }
        assembler.Load(OffsetOfArchitecture, entry);
        if (assembler.Count > SeccompFilter.MaxInstructions)
        {
            throw new InvalidSpecException("config.json", [new SpecFinding(
                "/linux/seccomp/syscalls",
                $"The filter takes {assembler.Count} instructions; the kernel allows {SeccompFilter.MaxInstructions}.",
                "Name fewer calls with conditions on their arguments, or fewer architectures.")]);
        }
        return new SeccompFilter(assembler.ToProgram(), Flags(spec), UnknownNames(spec));
    }

    /// <summary>From the last range to the first, so that each is reached forward.</summary>
    private static int WriteTree(BpfAssembler assembler, SeccompConditionWriter conditions, List<SeccompRange> ranges, bool isNative64)
    {
        return Write(0, ranges.Count);

        int Write(int first, int end)
        {
            if (end - first == 1)
            {
                SeccompRange range = ranges[first];
                return conditions.Write(range.Behavior, isNative64 && range.First < SeccompArchitecture.X32Bit);
            }
            int middle = first + ((end - first) / 2);
            int right = Write(middle, end);
            int left = Write(first, middle);
            return assembler.Branch(BpfInstruction.JumpGreaterOrEqual, ranges[middle].First, right, left);
        }
    }

    /// <summary>Where the spec says nothing, speculation is not restricted further, as in runc; the kernel itself stopped in 5.16.</summary>
    private static SeccompFlags Flags(LinuxSeccomp spec)
    {
        SeccompFlags flags = SeccompSupport.Notifies(spec) ? SeccompFlags.SECCOMP_FILTER_FLAG_NEW_LISTENER : SeccompFlags.None;
        if (spec.Flags is null)
        {
            return flags | SeccompFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW;
        }
        foreach (string flag in spec.Flags)
        {
            flags |= Enum.Parse<SeccompFlags>(flag);
        }
        // There is one thread to load it in; with TSYNC an error is a thread's id instead of an errno.
        return flags & ~SeccompFlags.SECCOMP_FILTER_FLAG_TSYNC;
    }

    private static string[] UnknownNames(LinuxSeccomp spec) =>
        [.. (spec.Syscalls ?? []).SelectMany(rule => rule.Names).Where(name => !SyscallNumbers.IsKnown(name)).Distinct(StringComparer.Ordinal)];
}
