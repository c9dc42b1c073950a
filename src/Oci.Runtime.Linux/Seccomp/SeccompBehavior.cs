namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What is done with one call: the first rule that holds, else the answer that stands for all others.</summary>
internal sealed class SeccompBehavior(uint otherwise) : IEquatable<SeccompBehavior>
{
    private readonly List<SeccompRule> _rules = [];
    private bool _isSettled;

    public IReadOnlyList<SeccompRule> Rules => _rules;

    /// <summary>The answer where no rule holds.</summary>
    public uint Otherwise { get; private set; } = otherwise;

    /// <summary>
    /// Adds a rule as libseccomp does: one without conditions settles the call, whatever was said of it before with
    /// conditions, or is said after.
    /// </summary>
    public void Add(SeccompRule rule)
    {
        if (_isSettled || _rules.Contains(rule))
        {
            return;
        }
        if (rule.Conditions.Count > 0)
        {
            _rules.Add(rule);
            return;
        }
        _rules.Clear();
        Otherwise = rule.Value;
        _isSettled = true;
    }

    public bool Equals(SeccompBehavior? other) => other is not null && Otherwise == other.Otherwise && _rules.SequenceEqual(other._rules);

    public override bool Equals(object? obj) => Equals(obj as SeccompBehavior);

    public override int GetHashCode() => HashCode.Combine(Otherwise, _rules.Count, _rules.Count > 0 ? _rules[0] : null);
}
