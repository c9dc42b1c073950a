using System.Security.Cryptography;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>The name of an upload session: a random UUID (RFC 9562, version 4) in hex, so not to be guessed and safe as a path.</summary>
internal readonly record struct UploadId
{
    private const int HexLength = 32;

    private readonly string? _value;

    private UploadId(string value) => _value = value;

    public static UploadId Create()
    {
        // Guid.NewGuid does not promise to be hard to guess.
        Span<byte> bytes = stackalloc byte[HexLength / 2];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new UploadId(Convert.ToHexStringLower(bytes));
    }

    public static bool TryParse(ReadOnlySpan<char> s, out UploadId result)
    {
        result = default;
        if (s.Length != HexLength || s.ContainsAnyExcept("0123456789abcdef"))
        {
            return false;
        }
        result = new UploadId(s.ToString());
        return true;
    }

    public override string ToString() => _value ?? "";
}
