using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Oci.Testing.Generators;

/// <summary>JSON that a spec document might be, but for what is wrong with it. The same random numbers give the same text.</summary>
public static class RandomJson
{
    private static readonly string[] Keys =
    [
        "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations", "digest", "size", "urls", "data",
        "platform", "architecture", "os", "os.version", "os.features", "variant", "features", "rootfs", "type", "diff_ids", "history", "created",
        "created_by", "author", "comment", "empty_layer", "User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels",
        "StopSignal", "imageLayoutVersion", "Config", "RepoTags", "Layers", "", "$type", "a.b", "\\u0000", "\\ud800", "key\\n",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-0", "-1", "2", "1.5", "1e400", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890",
        "\"\"", "\"a\"", "\"\\ud800\"", "\"\\u0000\"", "\"linux\"", "\"2015-10-31T22:22:56.015925234Z\"", "\"2015-02-31T00:00:00Z\"", "\"AAAA\"", "\"A===\"",
        "\"application/vnd.oci.image.manifest.v1+json\"", "\"application/vnd.oci.image.index.v1+json\"", "\"a/b\"", "\"../../etc/passwd\"",
        "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"", "\"sha256:E3\"", "\"sha512:00\"", "\"1.0.0\"", "NaN", "'a'", "// x\n1",
    ];

    /// <summary>A value of any kind, nested up to eight deep.</summary>
    public static string Value(Random random, int depth = 0)
    {
        int kind = depth >= 8 ? 2 : random.Next(4);
        return kind switch
        {
            0 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{Keys[random.Next(Keys.Length)]}\":{Value(random, depth + 1)}"))}}}",
            1 => $"[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Value(random, depth + 1)))}]",
            _ => random.Next(20) == 0 ? random.NextInt64().ToString(CultureInfo.InvariantCulture) : Scalars[random.Next(Scalars.Length)],
        };
    }

    /// <summary>A copy of a document in which one member or value is another, is doubled, or is missing.</summary>
    public static byte[] Mutate(byte[] utf8, Random random)
    {
        List<Range> values = ValuesOf(utf8);
        Range range = values[random.Next(values.Count)];
        byte[] value = utf8[range];
        byte[] replacement = random.Next(6) switch
        {
            0 => [],
            1 => [.. value, (byte)',', .. value],
            2 => utf8[values[random.Next(values.Count)]],
            3 => Encoding.UTF8.GetBytes(Scalars[random.Next(Scalars.Length)]),
            4 => Encoding.UTF8.GetBytes($"\"{Keys[random.Next(Keys.Length)]}\""),
            _ => Encoding.UTF8.GetBytes(Value(random)),
        };
        return [.. utf8[..range.Start], .. replacement, .. utf8[range.End..]];
    }

    private static List<Range> ValuesOf(byte[] utf8)
    {
        var ranges = new List<Range>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    open.Push(start);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    ranges.Add(open.Pop()..(start + 1));
                    break;
                case JsonTokenType.PropertyName:
                    // Without the colon.
                    ranges.Add(start..(start + reader.ValueSpan.Length + 2));
                    break;
                default:
                    ranges.Add(start..(int)reader.BytesConsumed);
                    break;
            }
        }
        return ranges;
    }
}
