using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Reads spec documents with the one set of JSON rules of this package.</summary>
internal static class SpecJson
{
    /// <summary>For documents that people read and edit: indented, and <c>&lt;</c> or <c>+</c> written as they are.</summary>
    public static SpecJsonContext Indented { get; } = new(new JsonSerializerOptions(SpecJsonContext.Default.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static T Parse<T>(ReadOnlyMemory<byte> utf8, JsonTypeInfo<T> type, string document)
        where T : class
    {
        if (utf8.Length > RuntimeSpec.MaxDocumentSize)
        {
            throw Invalid(document, $"It has {utf8.Length} bytes; {RuntimeSpec.MaxDocumentSize} is the most that is read.");
        }
        if (!Utf8.IsValid(utf8.Span))
        {
            // Not left to the reader, which looks into the unknown members only when they are written.
            throw Invalid(document, "It is not UTF-8.");
        }
        try
        {
            RefuseHalfSurrogates(utf8.Span, document);
            return JsonSerializer.Deserialize(utf8.Span, type)
                ?? throw Invalid(document, "It is null, where an object is due.");
        }
        catch (JsonException e)
        {
            throw new InvalidSpecException(document, SpecStructure.Inspect(utf8, type, e), e);
        }
    }

    // An escape such as \ud800 alone is JSON, but no string: unknown members that hold one could not be written again.
    private static void RefuseHalfSurrogates(ReadOnlySpan<byte> utf8, string document)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
        {
            return;
        }
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException)
        {
            throw Invalid(document, $"The string at byte {reader.TokenStartIndex} has half of a surrogate pair.");
        }
    }

    private static InvalidSpecException Invalid(string document, string message) =>
        new(document, [new SpecFinding("", message)]);
}
