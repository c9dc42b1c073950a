namespace Oci.Runtime.Linux.Planning;

/// <summary>Steps one after another that are for the same thing.</summary>
internal sealed class PlanGroup(List<PlanStep> steps)
{
    private List<string>? _calls;

    public List<PlanStep> Steps { get; } = steps;

    public PlanStep First => Steps[0];

    /// <summary>The steps' texts, without the labels that they go on to: those are numbered through.</summary>
    public List<string> Calls => _calls ??= Steps.ConvertAll(s => s.Call);

    public static List<PlanGroup> Of(IReadOnlyList<PlanStep> steps)
    {
        var groups = new List<PlanGroup>();
        foreach (PlanStep step in steps)
        {
            if (groups.Count > 0 && groups[^1].First is PlanStep first && IsFor(first, step))
            {
                groups[^1].Steps.Add(step);
            }
            else
            {
                groups.Add(new PlanGroup([step]));
            }
        }
        return groups;
    }

    public bool IsAbout(PlanGroup other) => First.Phase == other.First.Phase && First.Label == other.First.Label;

    public bool IsSame(PlanGroup other) => IsFor(First, other.First) && Calls.SequenceEqual(other.Calls);

    private static bool IsFor(PlanStep first, PlanStep other) =>
        first.Phase == other.Phase && first.Label == other.Label && first.SpecPointer == other.SpecPointer;
}
