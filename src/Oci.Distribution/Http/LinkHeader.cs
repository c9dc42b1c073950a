namespace Oci.Distribution.Http;

/// <summary>Reads <c>Link: &lt;ADDRESS&gt;; rel="next"</c> (RFC 8288).</summary>
internal static class LinkHeader
{
    private const int MaxLength = 16 * 1024;

    /// <summary>The target of the first link with the relation <c>next</c>, relative or absolute.</summary>
    public static string? GetNext(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Link", out System.Net.Http.Headers.HeaderStringValues values))
        {
            return null;
        }
        foreach (string value in values)
        {
            if (GetNext(value) is string next)
            {
                return next;
            }
        }
        return null;
    }

    internal static string? GetNext(ReadOnlySpan<char> value)
    {
        if (value.Length > MaxLength)
        {
            return null;
        }
        while (true)
        {
            int open = value.IndexOf('<');
            int close = value.IndexOf('>');
            if (open < 0 || close < open)
            {
                return null;
            }
            ReadOnlySpan<char> target = value[(open + 1)..close];
            value = value[(close + 1)..];
            int end = IndexOfNextLink(value);
            if (IsNext(value[..end]))
            {
                return target.ToString();
            }
            value = value[end..];
        }
    }

    // A comma within quotes belongs to a parameter.
    private static int IndexOfNextLink(ReadOnlySpan<char> parameters)
    {
        bool quoted = false;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i] == '"')
            {
                quoted = !quoted;
            }
            else if (parameters[i] == ',' && !quoted)
            {
                return i;
            }
        }
        return parameters.Length;
    }

    private static bool IsNext(ReadOnlySpan<char> parameters)
    {
        foreach (Range range in parameters.Split(';'))
        {
            ReadOnlySpan<char> parameter = parameters[range].Trim();
            int equals = parameter.IndexOf('=');
            if (equals > 0 && parameter[..equals].TrimEnd().Equals("rel", StringComparison.OrdinalIgnoreCase))
            {
                ReadOnlySpan<char> relations = parameter[(equals + 1)..].Trim().Trim('"');
                foreach (Range relation in relations.Split(' '))
                {
                    if (relations[relation].Equals("next", StringComparison.OrdinalIgnoreCase))
                    {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
