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

    /// <summary>The most names, values and brackets of a document: in memory each may take a hundred times the bytes that it has in JSON.</summary>
    public const int MaxTokens = 1_000_000;

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
            CheckTokens(utf8, document);
            return JsonSerializer.Deserialize(utf8, type)
                ?? throw new InvalidDocumentException(document, "$", "it is null, where an object is due.");
        }
        catch (JsonException e)
        {
            throw FindDuplicate(utf8) is string path
                ? new InvalidDocumentException(document, path, "it stands twice in its object: which of the two a tool sees would depend on the tool.", e)
                : new InvalidDocumentException(document, e.Path ?? "$", Describe(e), e);
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

    /// <summary>Writes a document that was read from <paramref name="source"/> and may have been changed: the same bytes where it was not.</summary>
    /// <remarks>Whether it was is told by writing what was read anew, so that nothing has to watch the members, nor what they refer to.</remarks>
    public static byte[] ToUtf8Bytes<T>(T value, byte[]? source, JsonTypeInfo<T> type)
        where T : class
    {
        byte[] written = ToUtf8Bytes(value, type);
        return source is not null && written.AsSpan().SequenceEqual(ToUtf8Bytes(JsonSerializer.Deserialize(source, type)!, type))
            ? source.AsSpan().ToArray()
            : written;
    }

    private static void CheckTokens(ReadOnlySpan<byte> utf8, string document)
    {
        if (utf8.Length <= MaxTokens)
        {
            return;
        }
        var reader = new Utf8JsonReader(utf8);
        for (int tokens = 0; reader.Read();)
        {
            if (++tokens > MaxTokens)
            {
                throw new InvalidDocumentException(document, "$", $"it has more than {MaxTokens} names, values and brackets, which is the most that is read.");
            }
        }
    }

    /// <summary>What the JSON reader said, and in which line.</summary>
    public static string Describe(JsonException e)
    {
        string where = e.LineNumber is long line ? $" (line {line + 1}, byte {e.BytePositionInLine})" : "";
        return $"{Shorten(e.Message)}{where}";
    }

    // The serializer names the object that a member stands twice in, not the member.
    private static string? FindDuplicate(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonWalk.FindDuplicates(utf8, limit: 1).FirstOrDefault();
        }
        catch (JsonException)
        {
            // It is no JSON, as the serializer said.
            return null;
        }
    }

    // The serializer appends "Path: ... | LineNumber: ..." to its messages; both are said apart here.
    private static string Shorten(string message)
    {
        int path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return path < 0 ? message : message[..path];
    }
}
