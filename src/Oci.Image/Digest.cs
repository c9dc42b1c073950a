using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Oci.Image;

/// <summary>The digest of content, <c>algorithm:hex</c>: its name in every store (image-spec, descriptor.md).</summary>
/// <remarks>
/// A value is always well formed: the algorithm is a registered one, the hex is lower case and of the
/// algorithm's length. So it is safe as a piece of a path or URL. <c>default</c> is no digest and prints as nothing.
/// </remarks>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly struct Digest : IEquatable<Digest>, ISpanParsable<Digest>
{
    private readonly string? _value;

    private Digest(DigestAlgorithm algorithm, string value)
    {
        Algorithm = algorithm;
        _value = value;
    }

    /// <summary>The algorithm; <see cref="DigestAlgorithm.None"/> for <c>default</c>.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>The lower-case hex after the colon; empty for <c>default</c>.</summary>
    public ReadOnlySpan<char> Hex => _value is null ? default : _value.AsSpan(_value.IndexOf(':') + 1);

    /// <summary>The name before the colon, such as <c>sha256</c>; empty for <c>default</c>.</summary>
    public string AlgorithmName => GetName(Algorithm);

    /// <summary>True where .NET can compute this algorithm, so that content can be verified.</summary>
    public bool IsComputable => Algorithm is DigestAlgorithm.Sha256 or DigestAlgorithm.Sha512;

    /// <summary>Makes a digest of the hash that an algorithm gave.</summary>
    /// <exception cref="ArgumentException">The hash has not the algorithm's length.</exception>
    public static Digest FromHash(DigestAlgorithm algorithm, ReadOnlySpan<byte> hash)
    {
        int length = GetHexLength(algorithm);
        if (length == 0 || hash.Length * 2 != length)
        {
            throw new ArgumentException($"A hash of {hash.Length} bytes is not one of {algorithm}.", nameof(hash));
        }
        return new Digest(algorithm, $"{GetName(algorithm)}:{Convert.ToHexStringLower(hash)}");
    }

    /// <summary>The SHA-256 digest of <paramref name="content"/>.</summary>
    public static Digest Compute(ReadOnlySpan<byte> content) => Compute(DigestAlgorithm.Sha256, content);

    /// <summary>The digest of <paramref name="content"/> by <paramref name="algorithm"/>.</summary>
    /// <exception cref="NotSupportedException">The algorithm cannot be computed here.</exception>
    public static Digest Compute(DigestAlgorithm algorithm, ReadOnlySpan<byte> content) => algorithm switch
    {
        DigestAlgorithm.Sha256 => FromHash(algorithm, SHA256.HashData(content)),
        DigestAlgorithm.Sha512 => FromHash(algorithm, SHA512.HashData(content)),
        _ => throw NotComputable(algorithm),
    };

    /// <summary>An incremental hash of this digest's algorithm, owned by the caller.</summary>
    /// <exception cref="NotSupportedException">The algorithm cannot be computed here.</exception>
    public static IncrementalHash CreateHash(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        DigestAlgorithm.Sha512 => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        _ => throw NotComputable(algorithm),
    };

    /// <summary>Reads <c>algorithm:hex</c>.</summary>
    /// <exception cref="FormatException">The text is not a digest of a registered algorithm.</exception>
    public static Digest Parse(ReadOnlySpan<char> s) => TryParse(s, out Digest digest)
        ? digest
        : throw new FormatException($"'{Shorten(s)}' is not a digest: it must be sha256: and 64, sha512: and 128, or blake3: and 64 lower-case hex digits.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static Digest Parse(string s) => Parse(s.AsSpan());

    /// <summary>Reads <c>algorithm:hex</c>; false where the text is not that.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out Digest result)
    {
        result = default;
        int colon = s.IndexOf(':');
        if (colon < 0)
        {
            return false;
        }
        DigestAlgorithm algorithm = s[..colon] switch
        {
            "sha256" => DigestAlgorithm.Sha256,
            "sha512" => DigestAlgorithm.Sha512,
            "blake3" => DigestAlgorithm.Blake3,
            _ => DigestAlgorithm.None,
        };
        ReadOnlySpan<char> hex = s[(colon + 1)..];
        if (algorithm == DigestAlgorithm.None || hex.Length != GetHexLength(algorithm) || hex.ContainsAnyExcept(LowerHex))
        {
            return false;
        }
        result = new Digest(algorithm, s.ToString());
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Digest)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out Digest result) => TryParse(s.AsSpan(), out result);

    static Digest ISpanParsable<Digest>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool ISpanParsable<Digest>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Digest result) => TryParse(s, out result);

    static Digest IParsable<Digest>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Digest>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result) => TryParse(s, out result);

    /// <inheritdoc/>
    public bool Equals(Digest other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : _value.GetHashCode(StringComparison.Ordinal);

    /// <summary><c>algorithm:hex</c>; empty for <c>default</c>.</summary>
    public override string ToString() => _value ?? "";

    /// <summary>Whether both are the same digest.</summary>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    private static readonly System.Buffers.SearchValues<char> LowerHex = System.Buffers.SearchValues.Create("0123456789abcdef");

    private static int GetHexLength(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 or DigestAlgorithm.Blake3 => 64,
        DigestAlgorithm.Sha512 => 128,
        _ => 0,
    };

    private static string GetName(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => "sha256",
        DigestAlgorithm.Sha512 => "sha512",
        DigestAlgorithm.Blake3 => "blake3",
        _ => "",
    };

    private static NotSupportedException NotComputable(DigestAlgorithm algorithm) =>
        new($"{algorithm} is carried, not computed: content named by it cannot be verified here. Use sha256 or sha512.");

    private static string Shorten(ReadOnlySpan<char> s) => s.Length <= 100 ? s.ToString() : string.Concat(s[..100], "...");
}
