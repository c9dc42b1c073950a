using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.Configuration;

namespace Oci.Distribution.Tests.Configuration;

public sealed class TomlReaderTests
{
    private const string Sample = """
        # a comment
        title = "a \"b\" \t \u00e9 \U0001F600"   # another
        'literal key' = 'C:\dir'
        "quoted.key" = true
        a.b."c d" = -1_000
        hex = 0xDEAD_beef
        octal = 0o17
        binary = 0b1010
        list = [ 1, # one
          2,
          [ "x", 'y', ], { k = "v", n.m = 1 },
        ]
        text = '''
        first
        it's ''two'' '''
        folded = '''
          ''' 
        """;

    [Fact]
    public void Parse_OfEveryForm_GivesItsValue()
    {
        TomlTable root = TomlReader.Parse("""
            # a comment
            title = "a \"b\" \t \u00e9 \U0001F600"   # another
            'literal key' = 'C:\dir'
            "quoted.key" = true
            a.b."c d" = -1_000
            numbers = [0xDEAD_beef, 0o17, 0b1010, +0, -0, 9223372036854775807, -9223372036854775808]
            list = [ "x", # one
              'y', { k = "v", n.m = false }, [], {},
            ]
            text = '''
            first
            it's ''two'' '''''
            empty = ""
            [table]
            x = "1"
            [table.inner]
            [[items]]
            [items.sub]
            deep = true
            [[items]]
            name = "second"
            """);

        Assert.Equal("a \"b\" \t é 😀", root.Find("title")!.AsString());
        Assert.Equal(@"C:\dir", root.Find("literal key")!.AsString());
        Assert.True(root.Find("quoted.key")!.AsBoolean());
        Assert.Equal(-1000L, root.Find("a")!.AsTable().Find("b")!.AsTable().Find("c d")!.Content);
        Assert.Equal([0xDEADBEEFL, 15L, 10L, 0L, 0L, long.MaxValue, long.MinValue], root.Find("numbers")!.AsArray().Select(v => (long)v.Content));
        Assert.Equal(5, root.Find("list")!.AsArray().Count);
        Assert.Equal("first\nit's ''two'' ''", root.Find("text")!.AsString());
        Assert.Equal("", root.Find("empty")!.AsString());
        Assert.Empty(root.Find("table")!.AsTable().Find("inner")!.AsTable().Values);
        IReadOnlyList<TomlValue> items = root.Find("items")!.AsArray();
        Assert.True(items[0].AsTable().Find("sub")!.AsTable().Find("deep")!.AsBoolean());
        Assert.Equal("second", items[1].AsTable().Find("name")!.AsString());
    }

    [Theory]
    [InlineData("a = \"\"\"x\\\n   \n  y\"\"\"", "xy")]
    [InlineData("a = \"\"\"\nx\n\"\"\"", "x\n")]
    [InlineData("a = \"\"\"\r\nx\"\"\"\"\"", "x\"\"")]
    [InlineData("a = \"\"\"\"\"\"", "")]
    [InlineData("a = ''''''", "")]
    [InlineData("a = '''\\'''", "\\")]
    [InlineData("\uFEFFa='x'\r\n", "x")]
    public void Parse_OfStringsOfSeveralLines_FollowsTheSpec(string text, string value) =>
        Assert.Equal(value, TomlReader.Parse(text).Find("a")!.AsString());

    [Theory]
    [InlineData("a", 1, 2)]
    [InlineData("a = ", 1, 5)]
    [InlineData("a = 1 b = 2", 1, 7)]
    [InlineData("\n\n  a = x", 3, 7)]
    [InlineData("a = 1.5", 1, 5)]
    [InlineData("a = 1979-05-27", 1, 5)]
    [InlineData("a = 007", 1, 5)]
    [InlineData("a = 1__0", 1, 5)]
    [InlineData("a = _1", 1, 5)]
    [InlineData("a = 0x", 1, 5)]
    [InlineData("a = +0x1", 1, 5)]
    [InlineData("a = 9223372036854775808", 1, 5)]
    [InlineData("a = \"x", 1, 7)]
    [InlineData("a = \"x\ny\"", 1, 7)]
    [InlineData("a = \"\\q\"", 1, 7)]
    [InlineData("a = \"\\uD800\"", 1, 8)]
    [InlineData("a = '''x", 1, 9)]
    [InlineData("a = 'x\u0001'", 1, 7)]
    [InlineData("# \u0001", 1, 3)]
    [InlineData("a = [1 2]", 1, 8)]
    [InlineData("a = {b = 1,}", 1, 12)]
    [InlineData("a = {b = 1\n}", 1, 11)]
    [InlineData("a = 1\na = 2", 2, 1)]
    [InlineData("[a]\n[a]", 2, 1)]
    [InlineData("a.b = 1\n[a]", 2, 1)]
    [InlineData("[a]\nb.c = 1\n[a.b]", 3, 1)]
    [InlineData("a = {}\n[a.b]", 2, 1)]
    [InlineData("a = {}\na.b = 1", 2, 1)]
    [InlineData("a = []\n[[a]]", 2, 1)]
    [InlineData("[[a]]\n[a]", 2, 1)]
    [InlineData("[a]\n[[a]]", 2, 1)]
    [InlineData("a = 1\n[a.b]", 2, 1)]
    [InlineData("[a.b]\n[a]\nb.c = 1", 3, 1)]
    [InlineData("[a", 1, 3)]
    [InlineData("[[a]", 1, 5)]
    [InlineData("[]", 1, 2)]
    [InlineData(".a = 1", 1, 1)]
    [InlineData("a\rb = 1", 1, 2)]
    public void Parse_OfWhatIsNoToml_SaysWhere(string text, int line, int column)
    {
        var e = Assert.Throws<TomlException>(() => TomlReader.Parse(text));

        Assert.Equal((line, column), (e.Line, e.Column));
    }

    [Fact]
    public void Parse_OfTooMuch_IsRefused()
    {
        Assert.Throws<TomlException>(() => TomlReader.Parse(new string('\n', TomlReader.MaxLength + 1)));
        Assert.Throws<TomlException>(() => TomlReader.Parse("a = " + new string('[', 100_000)));
        Assert.Throws<TomlException>(() => TomlReader.Parse("a = " + string.Concat(Enumerable.Repeat("{a=", 100_000))));
        Assert.Throws<TomlException>(() => TomlReader.Parse(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1"));
        Assert.Equal(100_000, TomlReader.Parse(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}=1\n"))).Values.Count);
    }

    [Fact]
    public void Parse_OfAnyString_WrittenAsBasicString_GivesItBack() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        string valid = string.Concat((text ?? "").EnumerateRunes().Select(r => r.ToString()));
        string quoted = string.Concat(valid.Select(c => c is '"' or '\\' ? $"\\{c}" : c < ' ' || c == '\x7f' ? $"\\u{(int)c:x4}" : c.ToString()));
        Assert.Equal(valid, TomlReader.Parse($"a = \"{quoted}\"").Find("a")!.AsString());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_OfAnyText_IsTomlOrATomlException() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => ParseOrFail(text ?? "")).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_OfMutatedToml_IsTomlOrATomlException()
    {
        var random = new Random(4);
        const string alphabet = "[]{}=.,\"'#\\\n\r \tab1_-\u0001é";
        for (int round = 0; round < 5_000; round++)
        {
            var text = new List<char>(Sample);
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                int at = random.Next(text.Count);
                switch (random.Next(3))
                {
                    case 0:
                        text.RemoveAt(at);
                        break;
                    case 1:
                        text.Insert(at, alphabet[random.Next(alphabet.Length)]);
                        break;
                    default:
                        text.RemoveRange(at, text.Count - at > 40 ? random.Next(40) : 0);
                        break;
                }
            }
            ParseOrFail(new string([.. text]));
        }
    }

    private static void ParseOrFail(string text)
    {
        try
        {
            TomlReader.Parse(text);
        }
        catch (TomlException e)
        {
            Assert.InRange(e.Line, 1, text.Count(c => c == '\n') + 1);
            Assert.InRange(e.Column, 1, text.Length + 1);
        }
    }
}
