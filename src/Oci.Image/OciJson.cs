using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

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
        // RFC 8259, 8.1. The serializer looks at members it knows; what stands in others would be kept, and differ from reader to reader.
        if (!Utf8.IsValid(utf8))
        {
            throw new InvalidDocumentException(document, "$", "it is not UTF-8, as JSON must be.");
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

    public static byte[] ToUtf8Bytes<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(content, WriterOptions))
        {
            JsonSerializer.Serialize(writer, value, type);
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
