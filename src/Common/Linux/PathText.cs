using System.Globalization;
using System.Text;

namespace Oci.Common.Linux;

/// <summary>Names of files, which are bytes, as text for messages.</summary>
internal static class PathText
{
    private const int MaxLength = 512;

    /// <summary>UTF-8 where it is valid; bytes that are not, and control characters, are shown as <c>\xNN</c>.</summary>
    /// <remarks>Ends before the first NUL at the end; shortened past 512 bytes. Not meant to be read back.</remarks>
    public static string Describe(ReadOnlySpan<byte> path)
    {
        path = path.TrimEnd((byte)0);
        bool isLong = path.Length > MaxLength;
        if (isLong)
        {
            path = path[..MaxLength];
        }
        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            bool isValid = Rune.DecodeFromUtf8(path, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (isValid && !Rune.IsControl(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte b in path[..consumed])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
                }
            }
            path = path[consumed..];
        }
        return isLong ? text.Append("...").ToString() : text.ToString();
    }
}
