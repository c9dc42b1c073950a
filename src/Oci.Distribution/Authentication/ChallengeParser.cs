using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Oci.Distribution.Authentication;

/// <summary>Reads <c>WWW-Authenticate</c> strictly by RFC 9110, sections 5.6 and 11.2 to 11.6: what is not well formed is no challenge.</summary>
internal ref struct ChallengeParser
{
    public const int MaxLength = 8 * 1024;
    private const int MaxChallenges = 16;
    private const int MaxParameters = 32;

    private readonly ReadOnlySpan<char> _text;
    private int _position;

    private ChallengeParser(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Reads one header value, which may hold several challenges.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IReadOnlyList<Challenge>? challenges)
    {
        challenges = null;
        if (text.Length > MaxLength)
        {
            return false;
        }
        var result = new List<Challenge>();
        var parser = new ChallengeParser(text);
        parser.SkipSeparators();
        while (parser._position < text.Length)
        {
            if (result.Count == MaxChallenges || !parser.TryReadChallenge(out Challenge? challenge))
            {
                return false;
            }
            result.Add(challenge);
        }
        challenges = result;
        return true;
    }

    private bool TryReadChallenge([NotNullWhen(true)] out Challenge? challenge)
    {
        challenge = null;
        ReadOnlySpan<char> scheme = ReadToken();
        if (scheme.IsEmpty)
        {
            return false;
        }
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        challenge = new Challenge(scheme.ToString(), parameters);
        if (_position == _text.Length || _text[_position] == ',')
        {
            SkipSeparators();
            return true;
        }
        if (_text[_position] != ' ')
        {
            return false;
        }
        SkipSpaces();
        return TrySkipToken68() || TryReadParameters(parameters);
    }

    private bool TryReadParameters(Dictionary<string, string> parameters)
    {
        while (true)
        {
            int start = _position;
            ReadOnlySpan<char> name = ReadToken();
            SkipSpaces();
            if (name.IsEmpty || _position == _text.Length || _text[_position] != '=')
            {
                // Not a parameter: the next challenge's scheme, or the end.
                _position = start;
                return _position == _text.Length || (parameters.Count > 0 && !name.IsEmpty);
            }
            _position++;
            SkipSpaces();
            if (parameters.Count == MaxParameters || !TryReadValue(out string value) || !parameters.TryAdd(name.ToString(), value))
            {
                return false;
            }
            SkipSpaces();
            if (_position < _text.Length && _text[_position] != ',')
            {
                return false;
            }
            SkipSeparators();
        }
    }

    private bool TryReadValue(out string value)
    {
        if (_position == _text.Length || _text[_position] != '"')
        {
            value = ReadToken().ToString();
            return value.Length > 0;
        }
        value = "";
        var text = new StringBuilder();
        for (_position++; _position < _text.Length; _position++)
        {
            char c = _text[_position];
            if (c == '"')
            {
                _position++;
                value = text.ToString();
                return true;
            }
            if (c == '\\' && ++_position < _text.Length)
            {
                c = _text[_position];
            }
            if (_position == _text.Length || (c < ' ' && c != '\t') || c == '\x7f')
            {
                return false;
            }
            text.Append(c);
        }
        return false;
    }

    // token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="; no scheme that is answered here has one.
    private bool TrySkipToken68()
    {
        int i = _position;
        while (i < _text.Length && (char.IsAsciiLetterOrDigit(_text[i]) || "-._~+/".Contains(_text[i])))
        {
            i++;
        }
        if (i == _position)
        {
            return false;
        }
        while (i < _text.Length && _text[i] == '=')
        {
            i++;
        }
        int end = i;
        while (i < _text.Length && _text[i] is ' ' or '\t')
        {
            i++;
        }
        if (i < _text.Length && _text[i] != ',')
        {
            return false;
        }
        _position = end;
        SkipSeparators();
        return true;
    }

    private ReadOnlySpan<char> ReadToken()
    {
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || "!#$%&'*+-.^_`|~".Contains(_text[_position])))
        {
            _position++;
        }
        return _text[start.._position];
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t')
        {
            _position++;
        }
    }

    // Lists may hold empty elements: RFC 9110, section 5.6.1.2.
    private void SkipSeparators()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t' or ',')
        {
            _position++;
        }
    }
}
