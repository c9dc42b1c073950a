using System.Reflection;

namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>The list of demands and the tests that prove them name each other.</summary>
public sealed class MustListTests
{
    private static readonly (string Test, string Id)[] s_named =
    [
        .. from type in typeof(MustListTests).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           from id in method.GetCustomAttribute<MustAttribute>()?.Ids ?? []
           select ($"{type.Name}.{method.Name}", id),
    ];

    [Fact]
    public void Ours_EachDemand_HasATestOrIsSaidNotToBeMet()
    {
        string[] without = [.. MustList.Ours.Keys.Except(s_named.Select(n => n.Id)).Except(MustList.NotMet.Keys)];

        Assert.True(without.Length == 0, $"No test names: {string.Join(", ", without)}");
    }

    [Fact]
    public void Tests_EachIdTheyName_IsOfTheList()
    {
        (string, string)[] unknown = [.. s_named.Where(n => !MustList.Ours.ContainsKey(n.Id))];

        Assert.True(unknown.Length == 0, $"Not of the list: {string.Join(", ", unknown)}");
    }

    [Fact]
    public void Lists_NoDemand_IsInTwo()
    {
        Assert.Empty(MustList.Ours.Keys.Intersect(MustList.OfOthers.Keys));
        Assert.Empty(MustList.NotMet.Keys.Intersect(s_named.Select(n => n.Id)));
        Assert.Empty(MustList.NotMet.Keys.Except(MustList.Ours.Keys));
    }
}
