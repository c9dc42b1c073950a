namespace Oci.Runtime.Linux.Planning;

/// <summary>Compares two plans by the groups of steps that share a label: what people read, and far fewer than steps.</summary>
internal static class PlanComparer
{
    // What the table of the longest common part may take; beyond, what is between the equal ends counts as replaced.
    private const long MaxCells = 4_000_000;

    public static IReadOnlyList<PlanDifference> Compare(ContainerPlan before, ContainerPlan after)
    {
        List<PlanGroup> old = PlanGroup.Of(before.Steps);
        List<PlanGroup> next = PlanGroup.Of(after.Steps);
        var differences = new List<PlanDifference>();
        int start = 0;
        while (start < old.Count && start < next.Count && old[start].IsSame(next[start]))
        {
            start++;
        }
        int end = 0;
        while (end < old.Count - start && end < next.Count - start && old[^(end + 1)].IsSame(next[^(end + 1)]))
        {
            end++;
        }
        Walk(old[start..^end], next[start..^end], differences);
        if (differences.Count == 0 && !before.Equals(after))
        {
            // The same calls, but not with the same way on, or for another processor.
            differences.Add(new PlanDifference(before.Steps, after.Steps));
        }
        return differences;
    }

    private static void Walk(List<PlanGroup> old, List<PlanGroup> next, List<PlanDifference> differences)
    {
        int[,] common = Common(old, next);
        int i = 0, j = 0;
        while (i < old.Count || j < next.Count)
        {
            if (i < old.Count && j < next.Count && old[i].IsAbout(next[j]))
            {
                AddChange(old[i++], next[j++], differences);
            }
            else if (j == next.Count || (i < old.Count && common[i + 1, j] >= common[i, j + 1]))
            {
                differences.Add(new PlanDifference(old[i++].Steps, []));
            }
            else
            {
                differences.Add(new PlanDifference([], next[j++].Steps));
            }
        }
    }

    /// <summary>For each pair of places, how many groups about the same thing follow in both.</summary>
    private static int[,] Common(List<PlanGroup> old, List<PlanGroup> next)
    {
        int[,] common = new int[old.Count + 1, next.Count + 1];
        if ((long)old.Count * next.Count <= MaxCells)
        {
            for (int i = old.Count - 1; i >= 0; i--)
            {
                for (int j = next.Count - 1; j >= 0; j--)
                {
                    common[i, j] = old[i].IsAbout(next[j]) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
                }
            }
        }
        return common;
    }

    private static void AddChange(PlanGroup old, PlanGroup next, List<PlanDifference> differences)
    {
        int start = 0;
        while (start < old.Calls.Count && start < next.Calls.Count && old.Calls[start] == next.Calls[start])
        {
            start++;
        }
        int end = 0;
        while (end < old.Calls.Count - start && end < next.Calls.Count - start && old.Calls[^(end + 1)] == next.Calls[^(end + 1)])
        {
            end++;
        }
        if (start + end < Math.Max(old.Calls.Count, next.Calls.Count))
        {
            differences.Add(new PlanDifference(old.Steps[start..^end], next.Steps[start..^end]));
        }
    }
}
