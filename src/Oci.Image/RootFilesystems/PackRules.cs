using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>What holds for a packed tree on every system.</summary>
internal static class PackRules
{
    /// <summary>The time that an entry gets.</summary>
    public static TarTime Clamp(TarTime time, PackOptions options)
    {
        var kept = new TarTime(time.Seconds, options.KeepNanoseconds ? time.Nanoseconds : 0);
        return options.LatestTime is DateTimeOffset given && TarTime.FromDateTimeOffset(given) is TarTime latest && kept.CompareTo(latest) > 0 ? latest : kept;
    }

    public static void CheckName(ReadOnlySpan<char> name, string path)
    {
        if (name.StartsWith(".wh.", StringComparison.Ordinal))
        {
            throw WhiteoutName(path);
        }
    }

    public static OciImageException WhiteoutName(string path) =>
        new($"The file '{path}' cannot be in a layer: names that start with .wh. say there what is deleted (image-spec, layer.md, Whiteouts). Rename or exclude it.");

    public static OciImageException TooDeep(string path, int depth) =>
        new($"The directory '{path}' lies {depth} directories deep, which is the most that is packed. Pack a part of the tree.");
}
