using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>Remembers tokens whose signature was right: a push shows one many times, and checking it costs more than most requests.</summary>
/// <remarks>By a hash, so that no token stays in memory. Times are checked by the caller, each time.</remarks>
internal sealed class VerifiedTokens
{
    private const int MaxCount = 2000;

    private readonly ConcurrentDictionary<UInt128, TokenPayload> _payloads = new();

    public bool TryGet(UInt128 key, [NotNullWhen(true)] out TokenPayload? payload) => _payloads.TryGetValue(key, out payload);

    public void Add(UInt128 key, TokenPayload payload)
    {
        if (_payloads.Count >= MaxCount)
        {
            _payloads.Clear();
        }
        _payloads[key] = payload;
    }

    // Half of a SHA-256. Who can find a token with the same half can as well guess a signature.
    public static UInt128 GetKey(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
