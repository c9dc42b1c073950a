using System.Diagnostics.CodeAnalysis;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>bcrypt's own base64: another alphabet, and no padding.</summary>
internal static class BcryptText
{
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Decodes to <paramref name="length"/> bytes. Bits that are left over in the last character do not matter, as nowhere else.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, int length, [NotNullWhen(true)] out byte[]? result)
    {
        result = null;
        var bytes = new byte[length];
        int written = 0;
        int bits = 0;
        int bitCount = 0;
        foreach (char c in text)
        {
            int value = Alphabet.IndexOf(c);
            if (value < 0)
            {
                return false;
            }
            bits = (bits << 6) | value;
            bitCount += 6;
            if (bitCount >= 8 && written < length)
            {
                bitCount -= 8;
                bytes[written++] = (byte)(bits >> bitCount);
                bits &= (1 << bitCount) - 1;
            }
        }
        if (written != length)
        {
            return false;
        }
        result = bytes;
        return true;
    }
}
