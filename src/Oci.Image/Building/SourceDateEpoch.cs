using System.Globalization;

namespace Oci.Image.Building;

/// <summary>The time that reproducible builds take for "now" (reproducible-builds.org, SOURCE_DATE_EPOCH).</summary>
public static class SourceDateEpoch
{
    /// <summary>The name of the environment variable.</summary>
    public const string VariableName = "SOURCE_DATE_EPOCH";

    /// <summary>The time in the environment; <see langword="null"/> where the variable is not set.</summary>
    /// <exception cref="FormatException">The variable is no number of seconds since 1970 in ASCII digits.</exception>
    public static DateTimeOffset? FromEnvironment() =>
        Environment.GetEnvironmentVariable(VariableName) is { Length: > 0 } text ? Parse(text) : null;

    internal static DateTimeOffset Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException($"{VariableName} is '{text}': it must be the seconds since 1970 in digits.");
}
