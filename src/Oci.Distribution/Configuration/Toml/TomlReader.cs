namespace Oci.Distribution.Configuration;

/// <summary>Reads TOML 1.0 strictly, without floats, dates and times, which no configuration of registries has.</summary>
internal sealed partial class TomlReader
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 1024 * 1024;

    // Deeper than any configuration, and far from the end of the stack.
    private const int MaxDepth = 32;

    private readonly string _text;
    private int _position;
    private int _depth;

    private TomlReader(string text) => _text = text;

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool IsAtEnd => _position >= _text.Length;

    /// <exception cref="TomlException">The text is not the TOML that is read here; the exception says where.</exception>
    public static TomlTable Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new TomlException($"the text has {text.Length} characters; {MaxLength} is the most that is read", 1, 1);
        }
        var reader = new TomlReader(text);
        if (reader.Current == '\uFEFF')
        {
            reader._position++;
        }
        return reader.ReadDocument();
    }

    private TomlTable ReadDocument()
    {
        var root = new TomlTable { IsDefined = true };
        TomlTable table = root;
        while (true)
        {
            SkipBlankLines();
            if (IsAtEnd)
            {
                return root;
            }
            if (Current == '[')
            {
                table = ReadHeader(root);
            }
            else
            {
                ReadPair(table);
            }
            EndLine();
        }
    }

    private TomlTable ReadHeader(TomlTable root)
    {
        (int line, int column) = Where();
        _position++;
        bool isArray = Current == '[';
        _position += isArray ? 1 : 0;
        List<string> keys = ReadKeys();
        Expect(']');
        if (isArray)
        {
            Expect(']');
        }
        TomlTable parent = root;
        foreach (string key in keys[..^1])
        {
            parent = Enter(parent, key, isDotted: false, line, column);
        }
        return isArray ? Append(parent, keys[^1], line, column) : Define(parent, keys[^1], line, column);
    }

    private static TomlTable Append(TomlTable parent, string key, int line, int column)
    {
        var table = new TomlTable { IsDefined = true };
        var value = new TomlValue(table, line, column);
        if (parent.Find(key) is not TomlValue known)
        {
            parent.TryAdd(key, new TomlValue(new List<TomlValue> { value }, line, column) { IsArrayOfTables = true });
        }
        else if (known.IsArrayOfTables)
        {
            ((List<TomlValue>)known.Content).Add(value);
        }
        else
        {
            throw new TomlException($"'{Shorten(key)}' stands already at line {known.Line}, and not as [[{Shorten(key)}]]", line, column);
        }
        return table;
    }

    private static TomlTable Define(TomlTable parent, string key, int line, int column)
    {
        if (parent.Find(key) is not TomlValue known)
        {
            var table = new TomlTable { IsDefined = true };
            parent.TryAdd(key, new TomlValue(table, line, column));
            return table;
        }
        if (known.Content is not TomlTable { IsDefined: false, IsDotted: false } implied)
        {
            throw new TomlException($"'{Shorten(key)}' stands already at line {known.Line}", line, column);
        }
        implied.IsDefined = true;
        return implied;
    }

    // The table of that name below another; of an array of tables, its last.
    private static TomlTable Enter(TomlTable parent, string key, bool isDotted, int line, int column)
    {
        if (parent.Find(key) is not TomlValue known)
        {
            var table = new TomlTable { IsDotted = isDotted };
            parent.TryAdd(key, new TomlValue(table, line, column));
            return table;
        }
        TomlTable? found = known.Content as TomlTable ?? (known.IsArrayOfTables && !isDotted ? ((List<TomlValue>)known.Content)[^1].AsTable() : null);
        return found is null || found.IsClosed || (isDotted && !found.IsDotted)
            ? throw new TomlException($"'{Shorten(key)}' stands already at line {known.Line}, and nothing can be added to it here", line, column)
            : found;
    }

    private void ReadPair(TomlTable table)
    {
        (int line, int column) = Where();
        List<string> keys = ReadKeys();
        Expect('=');
        SkipSpaces();
        foreach (string key in keys[..^1])
        {
            table = Enter(table, key, isDotted: true, line, column);
        }
        TomlValue value = ReadValue();
        if (!table.TryAdd(keys[^1], value))
        {
            throw new TomlException($"'{Shorten(keys[^1])}' stands already at line {table.Find(keys[^1])!.Line}", line, column);
        }
    }

    private List<string> ReadKeys()
    {
        List<string> keys = [];
        do
        {
            if (keys.Count == MaxDepth)
            {
                throw Fail($"a key has more than {MaxDepth} parts");
            }
            SkipSpaces();
            keys.Add(Current switch
            {
                '"' => ReadBasicString(),
                '\'' => ReadLiteralString(),
                _ => ReadBareKey(),
            });
            SkipSpaces();
        }
        while (TrySkip('.'));
        return keys;
    }

    private string ReadBareKey()
    {
        int start = _position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '_')
        {
            _position++;
        }
        return _position > start ? _text[start.._position] : throw Fail("a key is due here");
    }

    private void SkipSpaces()
    {
        while (Current is ' ' or '\t')
        {
            _position++;
        }
    }

    // Spaces, line ends and comments.
    private void SkipBlankLines()
    {
        while (true)
        {
            SkipSpaces();
            SkipComment();
            if (!TrySkipLineEnd())
            {
                return;
            }
        }
    }

    private void SkipComment()
    {
        if (Current != '#' || IsAtEnd)
        {
            return;
        }
        for (; !IsAtEnd && Current != '\n' && !(Current == '\r' && _position + 1 < _text.Length && _text[_position + 1] == '\n'); _position++)
        {
            CheckPrintable(Current);
        }
    }

    private bool TrySkipLineEnd()
    {
        int length = Current == '\n' ? 1 : Current == '\r' && _position + 1 < _text.Length && _text[_position + 1] == '\n' ? 2 : 0;
        _position += length;
        return length > 0;
    }

    private void EndLine()
    {
        SkipSpaces();
        SkipComment();
        if (!IsAtEnd && !TrySkipLineEnd())
        {
            throw Fail("the line should end here");
        }
    }

    private bool TrySkip(char c)
    {
        if (IsAtEnd || Current != c)
        {
            return false;
        }
        _position++;
        return true;
    }

    private void Expect(char c)
    {
        if (!TrySkip(c))
        {
            throw Fail($"'{c}' is due here");
        }
    }

    private void CheckPrintable(char c)
    {
        if ((c < ' ' && c != '\t') || c == '\x7f')
        {
            throw Fail("a control character stands here; in a string it is written as \\uXXXX");
        }
    }

    private TomlException Fail(string problem)
    {
        (int line, int column) = Where();
        return new TomlException(IsAtEnd ? $"{problem}, and the text ends" : problem, line, column);
    }

    // Counted only when asked: for values, headers and errors.
    private (int Line, int Column) Where()
    {
        for (; _countedTo < _position; _countedTo++)
        {
            if (_text[_countedTo] == '\n')
            {
                _line++;
                _lineStart = _countedTo + 1;
            }
        }
        return (_line, _position - _lineStart + 1);
    }

    private int _countedTo;
    private int _line = 1;
    private int _lineStart;

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}...";
}
