using System.Text;

namespace OciRun.Output;

/// <summary>The standard streams, written without what <see cref="Console"/> sets up around them.</summary>
internal static class Standard
{
    public static void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public static void Write(ReadOnlySpan<byte> utf8)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(utf8);
    }

    public static void WriteError(string text)
    {
        using Stream error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(text));
    }
}
