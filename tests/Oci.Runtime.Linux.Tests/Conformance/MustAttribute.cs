namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>Names the demands of runtime-spec that a test proves, by their ids in <see cref="MustList"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MustAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
