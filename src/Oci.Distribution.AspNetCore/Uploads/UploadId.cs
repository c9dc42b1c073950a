using System.Security.Cryptography;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>The name of an upload session: 128 random bits in hex, so not to be guessed and safe as a path.</summary>
internal readonly record struct UploadId
{
    private const int HexLength = 32;

    private readonly string? _value;

    private UploadId(string value) => _value = value;

    public static UploadId Create() => new(RandomNumberGenerator.GetHexString(HexLength, lowercase: true));

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
