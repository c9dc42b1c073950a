using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Oci.Distribution;

/// <summary>The pieces of a reference (distribution-spec, spec.md, "Pulling manifests").</summary>
internal static class ReferenceGrammar
{
    // The spec tells that many clients take at most 255 characters of host, slash and name together.
    private const int MaxNameLength = 255;

    // RFC 1035, section 2.3.4, and room for a port.
    private const int MaxHostLength = 253;

    /// <summary><c>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*</c>, and the same again after each slash.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return false;
        }
        foreach (Range part in name.Split('/'))
        {
            if (!IsNameComponent(name[part]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary><c>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}</c></summary>
    public static bool IsTag(ReadOnlySpan<char> tag)
    {
        if (tag.Length is 0 or > 128 || tag[0] is '.' or '-')
        {
            return false;
        }
        foreach (char c in tag)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A DNS name, an IPv4 address or a bracketed IPv6 address, with an optional port.</summary>
    public static bool IsHost(ReadOnlySpan<char> host)
    {
        int end = host.StartsWith('[') ? host.IndexOf(']') + 1 : host.IndexOf(':');
        ReadOnlySpan<char> name = end < 0 ? host : host[..end];
        ReadOnlySpan<char> port = end < 0 ? default : host[end..];
        if (!port.IsEmpty && (port[0] != ':' || !IsPort(port[1..])))
        {
            return false;
        }
        if (name.StartsWith('['))
        {
            return !name.Contains('%') && IPAddress.TryParse(name[1..^1], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }
        if (name.Length is 0 or > MaxHostLength)
        {
            return false;
        }
        foreach (Range label in name.Split('.'))
        {
            if (!IsLabel(name[label]))
            {
                return false;
            }
        }
        return true;
    }

    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name))
        {
            throw new FormatException($"'{Shorten(name)}' is not the name of a repository: it must be lower-case letters and digits, joined by single dots, one or two underscores, dashes, and slashes.");
        }
    }

    public static void CheckTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (!IsTag(tag))
        {
            throw new FormatException($"'{Shorten(tag)}' is not a tag: it must be at most 128 letters, digits, underscores, dots and dashes, and begin with none of the last two.");
        }
    }

    private static bool IsNameComponent(ReadOnlySpan<char> component)
    {
        int i = 0;
        while (true)
        {
            int start = i;
            while (i < component.Length && (char.IsAsciiLetterLower(component[i]) || char.IsAsciiDigit(component[i])))
            {
                i++;
            }
            if (i == start)
            {
                return false;
            }
            if (i == component.Length)
            {
                return true;
            }
            int separator = i;
            while (i < component.Length && component[i] is '.' or '_' or '-' && component[i] == component[separator])
            {
                i++;
            }
            int length = i - separator;
            int allowed = component[separator] switch { '.' => 1, '_' => 2, '-' => int.MaxValue, _ => 0 };
            if (length == 0 || length > allowed)
            {
                return false;
            }
        }
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }
        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> port) =>
        port.Length is > 0 and <= 5 && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number != 0;

    private static string Shorten(string s) => s.Length <= 100 ? s : string.Concat(s.AsSpan(0, 100), "...");
}
