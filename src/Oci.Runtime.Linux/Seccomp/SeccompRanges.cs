using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Divides all numbers of one audit architecture into ranges of equal answer.</summary>
internal static class SeccompRanges
{
    /// <summary>What a tracer sets to skip a call (ptrace(2)); it is of no ABI.</summary>
    private const uint SkippedCall = uint.MaxValue;

    /// <summary>The ranges in order, from number 0 on.</summary>
    /// <param name="spec">The filter.</param>
    /// <param name="abis">The ABIs that share the audit architecture: one, or x86-64 and x32.</param>
    /// <param name="otherwise">The answer to what no rule names.</param>
    public static List<SeccompRange> Create(LinuxSeccomp spec, IReadOnlyList<SeccompArchitecture> abis, uint otherwise)
    {
        var ranges = new List<SeccompRange>();
        bool splitsX32 = abis[0].Audit == SeccompArchitecture.X64.Audit;
        if (!splitsX32)
        {
            Add(ranges, spec, abis[0], 0, otherwise);
            return ranges;
        }
        AddOrKill(SeccompArchitecture.X64, 0);
        AddOrKill(SeccompArchitecture.X32, SeccompArchitecture.X32Bit);
        if (!abis.Contains(SeccompArchitecture.X32))
        {
            Append(ranges, SkippedCall, new SeccompBehavior(otherwise));
        }
        return ranges;

        void AddOrKill(SeccompArchitecture abi, uint first)
        {
            if (abis.Contains(abi))
            {
                Add(ranges, spec, abi, first, otherwise);
            }
            else
            {
                Append(ranges, first, new SeccompBehavior(SeccompReturn.KillThread));
            }
        }
    }

    private static void Add(List<SeccompRange> ranges, LinuxSeccomp spec, SeccompArchitecture abi, uint first, uint otherwise)
    {
        SortedDictionary<uint, SeccompBehavior> calls = Collect(spec, abi, otherwise, out uint? newest);
        var rest = new SeccompBehavior(otherwise);
        Append(ranges, first, rest);
        foreach ((uint number, SeccompBehavior behavior) in calls)
        {
            Append(ranges, number, behavior);
            Append(ranges, number + 1, rest);
        }
        if (newest is uint last && !SeccompReturn.LetsThrough(otherwise))
        {
            Append(ranges, last + 1, new SeccompBehavior(SeccompReturn.NoSuchCall));
        }
    }

    /// <summary>The calls that rules name, and the highest number named, which a rule that says the default counts for too.</summary>
    private static SortedDictionary<uint, SeccompBehavior> Collect(LinuxSeccomp spec, SeccompArchitecture abi, uint otherwise, out uint? newest)
    {
        var calls = new SortedDictionary<uint, SeccompBehavior>();
        uint? highest = null;
        foreach (LinuxSyscall rule in spec.Syscalls ?? [])
        {
            uint value = SeccompReturn.Of(rule.Action, rule.ErrnoRet);
            IReadOnlyList<SeccompCondition>[] alternatives = Alternatives(rule.Args);
            foreach (string name in rule.Names)
            {
                if (abi.TryGetNumber(name, out uint number))
                {
                    highest = Math.Max(highest ?? 0, number);
                    AddRules(number, alternatives, value);
                }
                if (abi.HasMultiplexedCalls && MultiplexedCalls.TryGet(name, out string multiplexer, out uint code) && abi.TryGetNumber(multiplexer, out number))
                {
                    AddRules(number, alternatives.Select(conditions => Multiplexed(conditions, code)), value);
                }
            }
        }
        newest = highest;
        return calls;

        void AddRules(uint number, IEnumerable<IReadOnlyList<SeccompCondition>> alternatives, uint value)
        {
            if (value == otherwise)
            {
                return;
            }
            if (!calls.TryGetValue(number, out SeccompBehavior? behavior))
            {
                calls.Add(number, behavior = new SeccompBehavior(otherwise));
            }
            foreach (IReadOnlyList<SeccompCondition> conditions in alternatives)
            {
                behavior.Add(new SeccompRule(conditions, value));
            }
        }
    }

    /// <summary>All conditions at once; but each for itself where two are on one argument, as in runc.</summary>
    private static IReadOnlyList<SeccompCondition>[] Alternatives(IReadOnlyList<LinuxSeccompArg>? args)
    {
        SeccompCondition[] conditions = [.. (args ?? []).Select(SeccompCondition.Of)];
        return conditions.DistinctBy(c => c.Index).Count() == conditions.Length
            ? [conditions]
            : [.. conditions.Select(c => new[] { c })];
    }

    /// <summary>The first argument becomes the call's code, in the place of its own, which is behind a pointer.</summary>
    private static SeccompCondition[] Multiplexed(IReadOnlyList<SeccompCondition> conditions, uint code) =>
        [new SeccompCondition(0, SeccompTest.Equal, false, ulong.MaxValue, code), .. conditions.Where(c => c.Index != 0)];

    private static void Append(List<SeccompRange> ranges, uint first, SeccompBehavior behavior)
    {
        if (ranges.Count > 0 && ranges[^1].First == first)
        {
            ranges.RemoveAt(ranges.Count - 1);
        }
        if (ranges.Count == 0 || !ranges[^1].Behavior.Equals(behavior))
        {
            ranges.Add(new SeccompRange(first, behavior));
        }
    }
}
