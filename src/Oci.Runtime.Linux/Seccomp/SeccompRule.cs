namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What is done with a call where all conditions hold.</summary>
internal sealed class SeccompRule(IReadOnlyList<SeccompCondition> conditions, uint value) : IEquatable<SeccompRule>
{
    public IReadOnlyList<SeccompCondition> Conditions { get; } = conditions;

    /// <summary>A value of <see cref="SeccompReturn"/>.</summary>
    public uint Value { get; } = value;

    public bool Equals(SeccompRule? other) => other is not null && Value == other.Value && Conditions.SequenceEqual(other.Conditions);

    public override bool Equals(object? obj) => Equals(obj as SeccompRule);

    public override int GetHashCode() => HashCode.Combine(Value, Conditions.Count, Conditions.Count > 0 ? Conditions[0] : null);
}
