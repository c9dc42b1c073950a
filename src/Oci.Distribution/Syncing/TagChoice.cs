using Oci.Image;

namespace Oci.Distribution.Syncing;

/// <summary>Which tags of a repository are synced.</summary>
internal static class TagChoice
{
    /// <summary>The tags that the options choose, in the order they come.</summary>
    public static IReadOnlyList<string> Choose(IReadOnlyCollection<string> tags, SyncOptions options)
    {
        string[] chosen = [.. tags.Where(tag => IsChosen(tag, options))];
        if (options.NewestVersions is not int count)
        {
            return chosen;
        }
        HashSet<string> old = [.. chosen
            .Select(tag => (Tag: tag, Version: TagVersion.TryParse(tag)))
            .Where(tag => tag.Version is not null)
            .OrderByDescending(tag => tag.Version)
            .Skip(count)
            .Select(tag => tag.Tag)];
        return [.. chosen.Where(tag => !old.Contains(tag))];
    }

    /// <summary>Whether the patterns let a tag through. The lists of referrers, which stand under tags where a registry lacks the API, are no images.</summary>
    public static bool IsChosen(string tag, SyncOptions options) =>
        !IsReferrersTag(tag) && Glob.IsChosen(tag, options.Tags, options.ExcludedTags);

    // distribution-spec, "Referrers Tag Schema": the digest with a dash for the colon, cut to 64 digits.
    private static bool IsReferrersTag(string tag)
    {
        int dash = tag.IndexOf('-');
        return dash > 0 && tag.Length - dash - 1 == 64 && tag.AsSpan(dash + 1).IndexOfAnyExcept("0123456789abcdef") < 0
            && (tag.AsSpan(0, dash) is "sha256" or "sha512" or "blake3");
    }
}
