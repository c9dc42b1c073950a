using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>A bcrypt hash as htpasswd files hold it: <c>$2y$COST$</c>, 22 characters of salt and 31 of hash.</summary>
/// <remarks>
/// Verified here, for .NET has no bcrypt. <c>$2a$</c>, <c>$2b$</c> and <c>$2y$</c> name fixes of other programs' bugs and
/// mean the same for right code; <c>$2x$</c> is a bug kept, and not read.
/// </remarks>
internal sealed class BcryptHash
{
    /// <summary>The most that is verified: some 4 s of one processor. A hash that costs more would be a way to stop the registry.</summary>
    public const int MaxCost = 16;

    private const int MinCost = 4;
    private const int Length = 60;
    private const int SaltLength = 16;
    private const int HashLength = 23;

    // bcrypt reads no more of a password, its ending NUL counted in.
    private const int MaxKeyLength = 72;

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private BcryptHash(int cost, byte[] salt, byte[] hash)
    {
        Cost = cost;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>The binary logarithm of the number of rounds.</summary>
    public int Cost { get; }

    /// <summary>A hash that no password has, to spend the same time on a user who is not there.</summary>
    public static BcryptHash CreateImpossible(int cost) =>
        new(cost, RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(HashLength));

    public static bool TryParse(ReadOnlySpan<char> s, [NotNullWhen(true)] out BcryptHash? result)
    {
        result = null;
        if (s.Length != Length || s[..4] is not ("$2a$" or "$2b$" or "$2y$") || s[6] != '$' || !char.IsAsciiDigit(s[4]) || !char.IsAsciiDigit(s[5]))
        {
            return false;
        }
        int cost = ((s[4] - '0') * 10) + s[5] - '0';
        if (cost is < MinCost or > 31 || !BcryptText.TryDecode(s.Slice(7, 22), SaltLength, out byte[]? salt) || !BcryptText.TryDecode(s[29..], HashLength, out byte[]? hash))
        {
            return false;
        }
        result = new BcryptHash(cost, salt, hash);
        return true;
    }

    /// <summary>Whether this is the hash of a password, given as UTF-8. Takes its time, and as long for a wrong one.</summary>
    public bool Verify(ReadOnlySpan<byte> password)
    {
        Span<byte> key = stackalloc byte[MaxKeyLength];
        int length = Math.Min(password.Length, MaxKeyLength);
        password[..length].CopyTo(key);
        if (length < MaxKeyLength)
        {
            key[length++] = 0;
        }
        key = key[..length];
        var cipher = new EksBlowfish();
        cipher.ExpandKey(key, _salt);
        for (long i = 1L << Cost; i > 0; i--)
        {
            cipher.ExpandKey(key, default);
            cipher.ExpandKey(_salt, default);
        }
        CryptographicOperations.ZeroMemory(key);
        Span<byte> computed = stackalloc byte[24];
        "OrpheanBeholderScryDoubt"u8.CopyTo(computed);
        for (int offset = 0; offset < computed.Length; offset += 8)
        {
            Span<byte> block = computed[offset..];
            uint left = BinaryPrimitives.ReadUInt32BigEndian(block);
            uint right = BinaryPrimitives.ReadUInt32BigEndian(block[4..]);
            for (int i = 0; i < 64; i++)
            {
                cipher.Encrypt(ref left, ref right);
            }
            BinaryPrimitives.WriteUInt32BigEndian(block, left);
            BinaryPrimitives.WriteUInt32BigEndian(block[4..], right);
        }
        return CryptographicOperations.FixedTimeEquals(computed[..HashLength], _hash);
    }
}
