using System.Text;

namespace Oci.Image.Tar;

internal static class TarName
{
    private const int MaxDisplayBytes = 200;

    /// <summary>A name as text for messages; control characters, which could forge a log line, are replaced.</summary>
    public static string ToDisplay(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxDisplayBytes)]);
        text = string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        });
        return name.Length > MaxDisplayBytes ? text + "..." : text;
    }

    /// <summary>The bytes before the first NUL.</summary>
    public static ReadOnlyMemory<byte> UntilNul(ReadOnlyMemory<byte> field)
    {
        int nul = field.Span.IndexOf((byte)0);
        return nul < 0 ? field : field[..nul];
    }
}
