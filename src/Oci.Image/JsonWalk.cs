using System.Text.Json;

namespace Oci.Image;

/// <summary>Goes through JSON token by token, for what a serializer does not tell: where members stand twice, and text that is no Unicode.</summary>
internal static class JsonWalk
{
    /// <summary>The deepest nesting that is read, here and by the serializer.</summary>
    public const int MaxDepth = 64;

    /// <summary>The paths of members that stand a second time in one object, up to a limit.</summary>
    /// <exception cref="JsonException">It is no JSON, or nests too deep, or a string is not Unicode; the exception says where.</exception>
    public static IReadOnlyList<string> FindDuplicates(ReadOnlySpan<byte> utf8, int limit)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var found = new List<string>();
        var levels = new List<Level>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                levels[^1].Name = Text(ref reader, levels);
                if (!levels[^1].Names!.Add(levels[^1].Name!) && found.Count < limit)
                {
                    found.Add(GetPath(levels));
                }
                continue;
            }
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                levels.RemoveAt(levels.Count - 1);
                continue;
            }
            if (levels.Count > 0)
            {
                levels[^1].Index++;
            }
            if (reader.TokenType == JsonTokenType.String)
            {
                Text(ref reader, levels);
            }
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                levels.Add(new Level { Names = reader.TokenType == JsonTokenType.StartObject ? new HashSet<string>(StringComparer.Ordinal) : null });
            }
        }
        return found;
    }

    private static string Text(ref Utf8JsonReader reader, List<Level> levels)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Bytes that are no UTF-8, or half of a surrogate pair.
            throw new JsonException("A string is not valid Unicode.", GetPath(levels), null, null, e);
        }
    }

    // Made only where it is told: a document can be made whose paths are far longer than itself.
    private static string GetPath(List<Level> levels) =>
        levels.Aggregate("$", (path, level) => level.Names is null ? JsonPaths.Item(path, level.Index) : level.Name is null ? path : JsonPaths.Member(path, level.Name));

    private sealed class Level
    {
        /// <summary>The names seen in an object; null for an array.</summary>
        public required HashSet<string>? Names { get; init; }

        public string? Name { get; set; }

        public int Index { get; set; } = -1;
    }
}
