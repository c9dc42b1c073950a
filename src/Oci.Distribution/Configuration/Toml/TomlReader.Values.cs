using System.Globalization;
using System.Text;

namespace Oci.Distribution.Configuration;

internal sealed partial class TomlReader
{
    private TomlValue ReadValue()
    {
        (int line, int column) = Where();
        object content = Current switch
        {
            '"' => StartsWith("\"\"\"") ? ReadMultiLineBasicString() : ReadBasicString(),
            '\'' => StartsWith("'''") ? ReadMultiLineLiteralString() : ReadLiteralString(),
            '[' => ReadArray(),
            '{' => ReadInlineTable(),
            _ => ReadWord(),
        };
        return new TomlValue(content, line, column);
    }

    private List<TomlValue> ReadArray()
    {
        Deepen();
        Expect('[');
        List<TomlValue> values = [];
        while (true)
        {
            SkipBlankLines();
            if (TrySkip(']'))
            {
                break;
            }
            values.Add(ReadValue());
            SkipBlankLines();
            if (!TrySkip(','))
            {
                Expect(']');
                break;
            }
        }
        _depth--;
        return values;
    }

    private TomlTable ReadInlineTable()
    {
        Deepen();
        Expect('{');
        SkipSpaces();
        var table = new TomlTable { IsDefined = true };
        if (!TrySkip('}'))
        {
            do
            {
                ReadPair(table);
                SkipSpaces();
            }
            while (TrySkip(','));
            Expect('}');
        }
        Close(table);
        _depth--;
        return table;
    }

    // What dotted keys made inside is closed with it.
    private static void Close(TomlTable table)
    {
        table.IsClosed = true;
        foreach (TomlValue value in table.Values.Values)
        {
            if (value.Content is TomlTable { IsClosed: false } inner)
            {
                Close(inner);
            }
        }
    }

    private void Deepen()
    {
        if (++_depth > MaxDepth)
        {
            throw Fail($"arrays and tables are nested more than {MaxDepth} deep");
        }
    }

    private object ReadWord()
    {
        int start = _position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '+' or '-' or '_' or '.' or ':')
        {
            _position++;
        }
        ReadOnlySpan<char> word = _text.AsSpan(start, _position - start);
        switch (word)
        {
            case "true":
                return true;
            case "false":
                return false;
        }
        if (TryReadInteger(word, out long number))
        {
            return number;
        }
        _position = start;
        throw Fail(word.IsEmpty ? "a value is due here" : $"'{Shorten(word.ToString())}' is no value that is read here: strings stand in quotes, and floats, dates and times are not known");
    }

    // Underscores stand between digits; decimal numbers do not begin with 0.
    private static bool TryReadInteger(ReadOnlySpan<char> word, out long number)
    {
        number = 0;
        bool negative = word.StartsWith('-');
        ReadOnlySpan<char> digits = word is ['+' or '-', ..] ? word[1..] : word;
        int numberBase = digits is ['0', 'x' or 'o' or 'b', ..] && digits.Length == word.Length ? digits[1] switch { 'x' => 16, 'o' => 8, _ => 2 } : 10;
        digits = numberBase == 10 ? digits : digits[2..];
        if (digits.IsEmpty || (numberBase == 10 && digits.Length > 1 && digits[0] == '0'))
        {
            return false;
        }
        Int128 value = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] == '_' && i > 0 && i < digits.Length - 1 && digits[i - 1] != '_')
            {
                continue;
            }
            int digit = char.IsAsciiHexDigit(digits[i]) ? Convert.ToInt32(digits[i].ToString(), 16) : int.MaxValue;
            value = value * numberBase + digit;
            if (digit >= numberBase || value > (Int128)long.MaxValue + 1)
            {
                return false;
            }
        }
        value = negative ? -value : value;
        number = value <= long.MaxValue ? (long)value : 0;
        return value <= long.MaxValue;
    }

    private string ReadLiteralString()
    {
        int start = ++_position;
        for (; !IsAtEnd && Current != '\''; _position++)
        {
            CheckPrintable(Current);
        }
        string text = _text[start.._position];
        Expect('\'');
        return text;
    }

    private string ReadBasicString()
    {
        _position++;
        var text = new StringBuilder();
        while (!TrySkip('"'))
        {
            if (IsAtEnd)
            {
                throw Fail("a string is not closed");
            }
            CheckPrintable(Current);
            Append(text);
        }
        return text.ToString();
    }

    private string ReadMultiLineLiteralString()
    {
        _position += 3;
        TrySkipLineEnd();
        int start = _position;
        for (; !StartsWith("'''"); _position++)
        {
            CheckInMultiLine();
        }
        SkipExtraQuotes('\'');
        string text = _text[start.._position];
        _position += 3;
        return text;
    }

    private string ReadMultiLineBasicString()
    {
        _position += 3;
        TrySkipLineEnd();
        var text = new StringBuilder();
        while (!StartsWith("\"\"\""))
        {
            CheckInMultiLine();
            if (!TrySkipFoldedLine())
            {
                Append(text);
            }
        }
        int quotes = _position;
        SkipExtraQuotes('"');
        text.Append(_text, quotes, _position - quotes);
        _position += 3;
        return text.ToString();
    }

    // A quote or two may stand before the three that close.
    private void SkipExtraQuotes(char quote)
    {
        for (int extra = 0; extra < 2 && _position + 3 < _text.Length && _text[_position + 3] == quote; extra++)
        {
            _position++;
        }
    }

    private void CheckInMultiLine()
    {
        if (IsAtEnd)
        {
            throw Fail("a string is not closed");
        }
        bool isLineEnd = Current == '\n' || StartsWith("\r\n");
        if (!isLineEnd)
        {
            CheckPrintable(Current);
        }
    }

    // A backslash at the end of a line takes all white space up to the next text with it.
    private bool TrySkipFoldedLine()
    {
        if (Current != '\\')
        {
            return false;
        }
        int start = _position++;
        SkipSpaces();
        if (!TrySkipLineEnd())
        {
            _position = start;
            return false;
        }
        do
        {
            SkipSpaces();
        }
        while (TrySkipLineEnd());
        return true;
    }

    private void Append(StringBuilder text)
    {
        if (!TrySkip('\\'))
        {
            text.Append(_text[_position++]);
            return;
        }
        char escape = Current;
        _position++;
        switch (escape)
        {
            case 'b':
                text.Append('\b');
                break;
            case 't':
                text.Append('\t');
                break;
            case 'n':
                text.Append('\n');
                break;
            case 'f':
                text.Append('\f');
                break;
            case 'r':
                text.Append('\r');
                break;
            case '"' or '\\':
                text.Append(escape);
                break;
            case 'u' or 'U':
                text.Append(ReadRune(escape == 'u' ? 4 : 8).ToString());
                break;
            default:
                _position--;
                throw Fail("there is no such escape; a backslash itself is written twice");
        }
    }

    private Rune ReadRune(int digits)
    {
        if (_position + digits > _text.Length
            || !int.TryParse(_text.AsSpan(_position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
            || !Rune.IsValid(code))
        {
            throw Fail($"{digits} hexadecimal digits of a Unicode character are due here");
        }
        _position += digits;
        return new Rune(code);
    }

    private bool StartsWith(string s) => string.CompareOrdinal(_text, _position, s, 0, s.Length) == 0;
}
