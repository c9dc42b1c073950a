namespace Oci.Interop.Tests.Tar;

/// <summary>Something that two readers make of one archive differently.</summary>
/// <param name="What">An attribute's name, <c>count</c>, <c>refused here</c> or <c>refused there</c>.</param>
/// <param name="Ours">What our reader has, or says.</param>
/// <param name="Theirs">What the other has, or says.</param>
internal sealed record TarDifference(string What, string Ours, string Theirs)
{
    /// <summary>All that differs; nothing where both refuse.</summary>
    public static IEnumerable<TarDifference> Between(TarListing ours, TarListing theirs)
    {
        if (ours.Refusal is not null || theirs.Refusal is not null)
        {
            if (theirs.Refusal is null)
            {
                yield return new TarDifference("refused here", ours.Refusal!, "");
            }
            else if (ours.Refusal is null)
            {
                string next = theirs.Entries.Count < ours.Entries.Count ? ours.Entries[theirs.Entries.Count].ToString() : "the end";
                yield return new TarDifference("refused there", $"after {theirs.Entries.LastOrDefault()} comes {next}", theirs.Refusal);
            }
            yield break;
        }
        if (ours.Entries.Count != theirs.Entries.Count)
        {
            yield return new TarDifference("count", string.Join('\n', ours.Entries), string.Join('\n', theirs.Entries));
            yield break;
        }
        foreach ((TarListing.Item our, TarListing.Item their) in ours.Entries.Zip(theirs.Entries))
        {
            foreach (string what in their.Keys.Where(key => our[key] != their[key]))
            {
                yield return new TarDifference(what, $"{our["type"]} {our[what]}", $"{their["type"]} {their[what]}");
            }
        }
    }
}
