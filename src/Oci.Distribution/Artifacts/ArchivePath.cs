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

    /// <summary>Whether a symbolic link leads to a place in the tree that it is in, by what is written and not by what is there.</summary>
    /// <param name="depth">How deep the link's directory lies in the tree.</param>
    /// <param name="target">Where it leads.</param>
    public static bool StaysInside(int depth, ReadOnlySpan<byte> target)
    {
        if (target.StartsWith("/"u8))
        {
            return false;
        }
        foreach (string part in Encoding.Latin1.GetString(target).Split('/'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
            {
                return false;
            }
        }
        return true;
    }
}
