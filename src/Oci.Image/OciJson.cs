using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Oci.Image;

/// <summary>Reads and writes spec documents with the one set of JSON rules of this package.</summary>
internal static class OciJson
{
    /// <summary>The largest document that is read. Registries must take manifests of 4 MiB; nothing sane is near this.</summary>
    public const int MaxDocumentSize = 16 * 1024 * 1024;

    public static T Parse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type, string document)
        where T : class
    {
        if (utf8.Length > MaxDocumentSize)
        {
            throw new InvalidDocumentException(document, "$", $"it has {utf8.Length} bytes; {MaxDocumentSize} is the most that is read.");
        }
        try
        {
            return JsonSerializer.Deserialize(utf8, type)
                ?? throw new InvalidDocumentException(document, "$", "it is null, where an object is due.");
        }
        catch (JsonException e)
        {
            string where = e.LineNumber is long line ? $" (line {line + 1}, byte {e.BytePositionInLine})" : "";
            throw new InvalidDocumentException(document, e.Path ?? "$", $"{Shorten(e.Message)}{where}", e);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDocumentException(document, "$", $"a number is out of its range: {e.ActualValue}.", e);
        }
    }

    public static byte[] ToUtf8Bytes<T>(T value, JsonTypeInfo<T> type) =>
        ToUtf8Bytes(writer => JsonSerializer.Serialize(writer, value, type));

    public static byte[] ToUtf8Bytes(Action<Utf8JsonWriter> write)
    {
        var content = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(content, WriterOptions))
        {
            write(writer);
        }
        return content.WrittenSpan.ToArray();
    }

    // The default encoder is made for HTML and writes every "+json" as "\u002Bjson".
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The serializer appends "Path: ... | LineNumber: ..." to its messages; both are said apart here.
    private static string Shorten(string message)
    {
        int path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return path < 0 ? message : message[..path];
    }
}
