namespace Oci.Distribution.Artifacts;

/// <summary>What is said where a file cannot be put in its place.</summary>
internal static class TargetRules
{
    public static ArtifactException Exists(ArtifactTitle title, bool overwrite) => new(
        overwrite
            ? $"'{title}' cannot be replaced: one is a directory, and the other is none. Move it away, or choose another directory."
            : $"'{title}' is there already. Move it away, choose another directory, or allow files to be replaced (UnpackArtifactOptions.Overwrite).",
        title.ToString());

    public static ArtifactException InTheWay(ArtifactTitle title, string part) =>
        new($"'{title}' cannot be written: '{part}' is a link or a file there, and no directory. Links are not followed; move it away, or choose another directory.", title.ToString());
}
