using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Oci.Distribution.AspNetCore.Tokens;

namespace Oci.Distribution.AspNetCore.Tests.Tokens;

public sealed class JsonWebTokenTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly TokenKey _key = TokenKey.Create();

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame()
    {
        string token = JsonWebToken.Write(_key, "JWT", new TokenPayload { Subject = "alice", Expires = 7 });

        Assert.True(JsonWebToken.TryRead(_key, "JWT", token, out TokenPayload? payload));
        Assert.Equal(("alice", 7L), (payload.Subject, payload.Expires));
        Assert.False(JsonWebToken.TryRead(_key, "other", token, out _));
    }

    [Fact]
    public void TryRead_AnyCharacterChanged_IsNone()
    {
        string token = JsonWebToken.Write(_key, "JWT", new TokenPayload { Subject = "alice" });
        for (int i = 0; i < token.Length; i++)
        {
            char[] changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            // The last character of the signature holds four bits that mean nothing; strict reading refuses them too.
            Assert.False(JsonWebToken.TryRead(_key, "JWT", new string(changed), out _), $"changed at {i} of {token.Length}");
            Assert.False(JsonWebToken.TryRead(_key, "JWT", token[..i], out _), $"cut at {i} of {token.Length}");
        }
    }

    // The classic attacks: no algorithm, the public key as the secret of an HMAC, another key.
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    public void TryRead_AnotherAlgorithm_IsNone(string algorithm)
    {
        string content = $"{Encode($$"""{"typ":"JWT","alg":"{{algorithm}}"}""")}.{Encode("""{"sub":"mallory"}""")}";

        Assert.False(JsonWebToken.TryRead(_key, "JWT", $"{content}.", out _));
        Assert.False(JsonWebToken.TryRead(_key, "JWT", $"{content}.{Encode("signature")}", out _));
        // Even with a signature of the right key, for which the header lies.
        Assert.False(JsonWebToken.TryRead(_key, "JWT", $"{content}.{Base64Url.EncodeToString(_key.Sign(Encoding.ASCII.GetBytes(content)))}", out _));
    }

    [Fact]
    public void TryRead_OfAnotherKey_IsNone()
    {
        using TokenKey other = TokenKey.Create();

        Assert.False(JsonWebToken.TryRead(_key, "JWT", JsonWebToken.Write(other, "JWT", new TokenPayload()), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("..")]
    [InlineData("a a.b.c")]
    public void TryRead_NoToken_IsNone(string token) => Assert.False(JsonWebToken.TryRead(_key, "JWT", token, out _));

    [Fact]
    public void TryRead_TooLong_IsNone() => Assert.False(JsonWebToken.TryRead(_key, "JWT", new string('a', 1_000_000), out _));

    [Fact]
    public void Load_PemOfEachKind_SignsByItsAlgorithm()
    {
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA rsa = RSA.Create(2048);
        foreach ((string pem, string algorithm) in ((string, string)[])[(ec.ExportECPrivateKeyPem(), "ES256"), (ec.ExportPkcs8PrivateKeyPem(), "ES256"), (rsa.ExportRSAPrivateKeyPem(), "RS256"), (rsa.ExportPkcs8PrivateKeyPem(), "RS256")])
        {
            using TokenKey first = TokenKey.Load(Write(pem));
            using TokenKey second = TokenKey.Load(Write(pem));
            Assert.Equal(algorithm, first.Algorithm);
            Assert.Equal(first.Id, second.Id);
            Assert.True(JsonWebToken.TryRead(second, "JWT", JsonWebToken.Write(first, "JWT", new TokenPayload()), out _));
        }
    }

    [Fact]
    public void Load_AnythingElse_SaysWhatToDo()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA small = RSA.Create(1024);
        foreach (string text in (string[])["", "no PEM", other.ExportECPrivateKeyPem(), small.ExportRSAPrivateKeyPem(), ec.ExportSubjectPublicKeyInfoPem()])
        {
            Assert.Throws<InvalidDataException>(() => TokenKey.Load(Write(text)));
        }
        Assert.Throws<FileNotFoundException>(() => TokenKey.Load(_folder.Combine("absent")));
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private string Write(string pem)
    {
        string path = _folder.Combine("key.pem");
        File.WriteAllText(path, pem);
        return path;
    }
}
