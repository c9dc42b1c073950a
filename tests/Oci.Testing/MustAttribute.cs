namespace Oci.Testing;

/// <summary>Names the demands of a spec that a test proves, by their ids in the list of that spec.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MustAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
