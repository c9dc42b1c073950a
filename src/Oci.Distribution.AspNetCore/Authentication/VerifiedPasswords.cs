using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Remembers for a short time which passwords were right, so that not every request of a push costs a bcrypt.</summary>
/// <remarks>
/// What is kept is a keyed hash over the entry and the password, by a key of this process: it is worth nothing elsewhere,
/// and void once the password is set again. Wrong passwords are never remembered.
/// </remarks>
internal sealed class VerifiedPasswords(TimeProvider time)
{
    private const int MaxCount = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<UInt128, long> _verified = new();

    public UInt128 GetKey(HtpasswdEntry entry, ReadOnlySpan<byte> password)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        // The hash's text has a fixed length, so that no two pairs run into one.
        hash.AppendData(Encoding.ASCII.GetBytes(entry.Text));
        hash.AppendData(password);
        Span<byte> result = stackalloc byte[32];
        hash.GetHashAndReset(result);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(result);
    }

    public bool Contains(UInt128 key, TimeSpan duration) =>
        _verified.TryGetValue(key, out long since) && time.GetElapsedTime(since) < duration;

    public void Add(UInt128 key, TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            return;
        }
        if (_verified.Count >= MaxCount)
        {
            foreach ((UInt128 old, long since) in _verified)
            {
                if (time.GetElapsedTime(since) >= duration)
                {
                    _verified.TryRemove(old, out _);
                }
            }
            if (_verified.Count >= MaxCount)
            {
                _verified.Clear();
            }
        }
        _verified[key] = time.GetTimestamp();
    }
}
