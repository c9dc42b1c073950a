using System.Text;

namespace OciTool.Results;

/// <summary>Names of files for display.</summary>
internal static class FileName
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A name as text; bytes that are none, or would steer a terminal, as <c>\xNN</c>.</summary>
    public static string ToText(ReadOnlySpan<byte> name)
    {
        try
        {
            return TextExtensions.Printable(Strict.GetString(name));
        }
        catch (DecoderFallbackException)
        {
            var text = new StringBuilder();
            foreach (byte b in name)
            {
                text.Append(b is > 0x1F and < 0x7F ? ((char)b).ToString() : $"\\x{b:x2}");
            }
            return text.ToString();
        }
    }
}
