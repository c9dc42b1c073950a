using System.Reflection;

namespace Oci.Testing;

/// <summary>Whether the list of a spec's demands and the tests that prove them name each other.</summary>
public static class MustCoverage
{
    /// <summary>What is amiss, in a sentence each; nothing where all is well.</summary>
    /// <param name="tests">Where the tests are.</param>
    /// <param name="ours">What this code has to do: each has a test, or is not met.</param>
    /// <param name="ofOthers">What binds somebody else, and why no test is due.</param>
    /// <param name="notMet">What is not met yet, and why.</param>
    public static IReadOnlyList<string> FindGaps(
        Assembly tests,
        IReadOnlyDictionary<string, string> ours,
        IReadOnlyDictionary<string, string> ofOthers,
        IReadOnlyDictionary<string, string> notMet)
    {
        (string Test, string Id)[] named =
        [
            .. from type in tests.GetTypes()
               from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
               from id in method.GetCustomAttribute<MustAttribute>()?.Ids ?? []
               select ($"{type.Name}.{method.Name}", id),
        ];
        string[] ids = [.. named.Select(n => n.Id)];
        return
        [
            .. ours.Keys.Except(ids).Except(notMet.Keys).Select(id => $"No test names {id}."),
            .. named.Where(n => !ours.ContainsKey(n.Id)).Select(n => $"{n.Test} names {n.Id}, which is not of the list."),
            .. ours.Keys.Intersect(ofOthers.Keys).Select(id => $"{id} is ours and of others."),
            .. notMet.Keys.Intersect(ids).Select(id => $"{id} is not met and has a test."),
            .. notMet.Keys.Except(ours.Keys).Select(id => $"{id} is not met and not ours."),
        ];
    }
}
