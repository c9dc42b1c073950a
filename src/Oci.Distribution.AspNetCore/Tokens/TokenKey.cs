using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>The key that signs tokens and checks them, and with it the one algorithm that is taken (RFC 7518, section 3).</summary>
internal sealed class TokenKey : IDisposable
{
    private const int MinRsaBits = 2048;

    // One at a time may use such an object, and a registry checks many tokens at once.
    private readonly ConcurrentBag<AsymmetricAlgorithm> _idle = [];
    private readonly Func<AsymmetricAlgorithm> _create;

    private TokenKey(string algorithm, Func<AsymmetricAlgorithm> create, ReadOnlySpan<byte> publicKey)
    {
        Algorithm = algorithm;
        _create = create;
        Id = Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 8));
    }

    /// <summary><c>ES256</c> or <c>RS256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>A name for the key, of its public part.</summary>
    public string Id { get; }

    /// <summary>A new key for ES256, that dies with the process and all tokens with it.</summary>
    public static TokenKey Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return FromEC(key);
    }

    /// <summary>Reads a private key in PEM: P-256 for ES256, or RSA of at least 2048 bits for RS256.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no such key.</exception>
    public static TokenKey Load(string path)
    {
        string pem = File.ReadAllText(path);
        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(pem);
            return key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? FromEC(key)
                : throw new InvalidDataException($"The key in {path} is on another curve than P-256. Make one with: openssl ecparam -genkey -name prime256v1 -noout -out {path}");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return LoadRsa(path, pem);
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        AsymmetricAlgorithm key = Rent();
        byte[] signature = key is ECDsa ec
            ? ec.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            : ((RSA)key).SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _idle.Add(key);
        return signature;
    }

    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        AsymmetricAlgorithm key = Rent();
        bool isRight = key is ECDsa ec
            ? ec.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            : ((RSA)key).VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _idle.Add(key);
        return isRight;
    }

    public void Dispose()
    {
        while (_idle.TryTake(out AsymmetricAlgorithm? key))
        {
            key.Dispose();
        }
    }

    private AsymmetricAlgorithm Rent() => _idle.TryTake(out AsymmetricAlgorithm? key) ? key : _create();

    private static TokenKey FromEC(ECDsa key)
    {
        ECParameters parameters = key.ExportParameters(true);
        return new TokenKey("ES256", () => ECDsa.Create(parameters), key.ExportSubjectPublicKeyInfo());
    }

    private static TokenKey LoadRsa(string path, string pem)
    {
        try
        {
            using RSA key = RSA.Create();
            key.ImportFromPem(pem);
            if (key.KeySize < MinRsaBits)
            {
                throw new InvalidDataException($"The RSA key in {path} has {key.KeySize} bits; {MinRsaBits} is the least.");
            }
            RSAParameters parameters = key.ExportParameters(true);
            return new TokenKey("RS256", () => RSA.Create(parameters), key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException($"{path} holds no private key in PEM, P-256 or RSA. Make one with: openssl ecparam -genkey -name prime256v1 -noout -out {path}", e);
        }
    }
}
