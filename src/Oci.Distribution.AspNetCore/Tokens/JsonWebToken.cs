using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>Writes and reads signed tokens (RFC 7519, in the compact form of RFC 7515): the one form that this registry makes.</summary>
internal static class JsonWebToken
{
    private const int MaxLength = 16 * 1024;

    public static string Write(TokenKey key, string type, TokenPayload payload)
    {
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new TokenHeader(type, key.Algorithm, key.Id), TokenJsonContext.Default.TokenHeader);
        string content = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(payload, TokenJsonContext.Default.TokenPayload))}";
        return $"{content}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(content)))}";
    }

    /// <summary>Reads a token of one type, signed by the key with its algorithm. Times and names are the caller's to check.</summary>
    public static bool TryRead(TokenKey key, string type, string token, [NotNullWhen(true)] out TokenPayload? payload)
    {
        payload = null;
        string[] parts = token.Length > MaxLength ? [] : token.Split('.', 4);
        if (parts.Length != 3 || !TryDecode(parts[0], out byte[]? headerJson) || !TryDecode(parts[1], out byte[]? payloadJson) || !TryDecode(parts[2], out byte[]? signature))
        {
            return false;
        }
        // The signature first: what nobody vouches for is not even parsed.
        if (!key.Verify(Encoding.ASCII.GetBytes(token[..(parts[0].Length + 1 + parts[1].Length)]), signature))
        {
            return false;
        }
        try
        {
            TokenHeader? header = JsonSerializer.Deserialize(headerJson, TokenJsonContext.Default.TokenHeader);
            if (header is null || header.Algorithm != key.Algorithm || header.Type != type)
            {
                return false;
            }
            payload = JsonSerializer.Deserialize(payloadJson, TokenJsonContext.Default.TokenPayload);
            return payload is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        // RFC 7515, section 2: no padding and no white space, which the decoder would both take.
        if (text.Length == 0 || text.AsSpan().ContainsAny("= \t\r\n") || !Base64Url.IsValid(text))
        {
            return false;
        }
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}
