using Oci.Distribution.Artifacts;
using Oci.Image;

namespace OciTool.CommandLine;

/// <summary>A file or directory of an artifact as people type it: <c>FILE[:TYPE]</c>.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="MediaType">Its type, where it was given.</param>
internal sealed record FileArgument(string Path, MediaType? MediaType)
{
    /// <exception cref="FormatException">No file is named.</exception>
    public static FileArgument Parse(string text)
    {
        // What follows the last colon is a type only if it reads as one, so that most names with colons are names.
        int colon = text.LastIndexOf(':');
        bool hasType = colon >= 0 && Oci.Image.MediaType.TryParse(text[(colon + 1)..], out _);
        string path = hasType ? text[..colon] : text;
        return path.Length == 0
            ? throw new FormatException($"'{text}' names no file: write FILE or FILE:TYPE, such as sbom.json:application/spdx+json")
            : new FileArgument(path, hasType ? Oci.Image.MediaType.Parse(text[(colon + 1)..]) : null);
    }

    /// <summary>The file under the name that was typed, where that lies below the directory it was typed in; else under its last part.</summary>
    /// <exception cref="ToolException">There is no such file.</exception>
    public ArtifactFile ToFile()
    {
        string full = System.IO.Path.GetFullPath(Path);
        string relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full).Replace(System.IO.Path.DirectorySeparatorChar, '/');
        bool isBelow = !System.IO.Path.IsPathRooted(Path) && relative != "." && relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
        string? title = isBelow ? relative : null;
        return Directory.Exists(full) ? ArtifactFile.FromDirectory(full, title, MediaType)
            : File.Exists(full) ? ArtifactFile.FromFile(full, title, MediaType)
            : throw new ToolException($"There is no file or directory {Path}.");
    }
}
