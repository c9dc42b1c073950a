namespace Oci.Image;

/// <summary>There is no image for the platform that was asked for.</summary>
public sealed class PlatformNotFoundException : OciImageException
{
    /// <summary>Makes an exception that names the platform, and those that there are.</summary>
    public PlatformNotFoundException(Platform wanted, IReadOnlyList<Platform> available)
        : base($"There is no image for {Describe(wanted)}. {(available.Count == 0 ? "There is none for any platform" : $"There is one for {string.Join(", ", available.Select(Describe))}")}.")
    {
        Wanted = wanted;
        Available = available;
    }

    /// <summary>The platform that was asked for.</summary>
    public Platform Wanted { get; }

    /// <summary>The platforms that there are images for, in the order of the index.</summary>
    public IReadOnlyList<Platform> Available { get; }

    private static string Describe(Platform platform)
    {
        string text = platform.ToString();
        if (platform.OsVersion is not null)
        {
            text += $" (version {platform.OsVersion})";
        }
        return platform.OsFeatures is { Count: > 0 } features ? $"{text} (with {string.Join(", ", features)})" : text;
    }
}
