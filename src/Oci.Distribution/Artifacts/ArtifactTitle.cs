using System.Text;

namespace Oci.Distribution.Artifacts;

/// <summary>A title as the path it becomes: parts that are names, and nothing that leads elsewhere.</summary>
internal sealed class ArtifactTitle
{
    // As Linux has them (limits.h: NAME_MAX, PATH_MAX with its NUL).
    private const int MaxNameBytes = 255;
    private const int MaxPathBytes = 4095;

    private static readonly string[] s_devices = ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" })];

    private ArtifactTitle(string[] parts) => Parts = parts;

    /// <summary>The names of the directories, and of the file.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Reads a title. A dot for the directory itself is passed over, as in <c>./file</c>.</summary>
    /// <exception cref="FormatException">It cannot be the path of a file below a directory, here or elsewhere.</exception>
    public static ArtifactTitle Parse(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        string[] parts = [.. title.Split('/').Where(part => part != ".")];
        string? problem = parts.Length == 0 ? "it is empty"
            : title.StartsWith('/') ? "it is absolute"
            : Encoding.UTF8.GetByteCount(title) > MaxPathBytes ? "it is too long"
            : parts.Select(FindProblem).FirstOrDefault(found => found is not null);
        return problem is null
            ? new ArtifactTitle(parts)
            : throw new FormatException($"'{Printable(title)}' cannot be the title of a file: {problem}. A title is a path below the directory that the artifact is unpacked into, with / between names.");
    }

    /// <summary>A file of this directory, by a name that a directory of this machine has.</summary>
    public ArtifactTitle Append(string name) => new([.. Parts, name]);

    /// <summary>The parts with slashes between them.</summary>
    public override string ToString() => string.Join('/', Parts);

    private static string? FindProblem(string part) =>
        part.Length == 0 ? "a name in it is empty"
        : part == ".." ? "it has a '..' in it"
        : part.Contains('\\') ? "it has a backslash in it, which divides names on Windows"
        : part.Any(char.IsControl) ? "it has control characters in it"
        : Encoding.UTF8.GetByteCount(part) > MaxNameBytes ? "a name in it is too long"
        : OperatingSystem.IsWindows() && IsReserved(part) ? "a name in it is reserved on Windows"
        : null;

    private static bool IsReserved(string part) =>
        part.IndexOfAny(['"', '*', ':', '<', '>', '?', '|']) >= 0 || part[^1] is '.' or ' ' || s_devices.Contains(part.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);

    private static string Printable(string title) =>
        string.Concat((title.Length <= 100 ? title : title[..100]).Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
}
