using System.Text;

namespace Oci.Distribution.Artifacts;

/// <summary>Names of an archive: bytes, a character for each, so that none is lost.</summary>
internal static class ArchivePath
{
    /// <summary>The parts of a name; <see langword="null"/> where it is absolute or goes up.</summary>
    public static string[]? Split(ReadOnlySpan<byte> name)
    {
        string text = Encoding.Latin1.GetString(name);
        string[] parts = [.. text.Split('/').Where(part => part is not ("" or "."))];
        return text.StartsWith('/') || parts.Contains("..") ? null : parts;
    }

    public static byte[] ToBytes(IEnumerable<string> parts) => Encoding.Latin1.GetBytes(string.Join('/', parts));

    /// <summary>Whether a symbolic link can lead to no place but one in the tree that it is in, whatever other links the tree has that this holds for.</summary>
    /// <remarks>
    /// It goes up first, from its own directory, which no link leads to; then down, where links may lie that stay inside too.
    /// To go up after that would be to go up from where such a link leads, which may be the top.
    /// </remarks>
    /// <param name="depth">How deep the link's directory lies in the tree.</param>
    /// <param name="target">Where it leads.</param>
    /// <param name="isPortable">Whether a backslash may divide names where it is unpacked, as on Windows.</param>
    public static bool StaysInside(int depth, ReadOnlySpan<byte> target, bool isPortable)
    {
        if (target.StartsWith("/"u8) || (isPortable && target.Contains((byte)'\\')) || (OperatingSystem.IsWindows() && target.Contains((byte)':')))
        {
            return false;
        }
        bool hasName = false;
        foreach (string part in Encoding.Latin1.GetString(target).Split('/'))
        {
            if (part == ".." && (hasName || --depth < 0))
            {
                return false;
            }
            hasName |= part is not ("" or "." or "..");
        }
        return true;
    }
}
