using System.Text;
using Oci.Distribution.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Tests.Authentication;

public sealed class BcryptHashTests
{
    // The first four are of the test vectors that come with Openwall's crypt_blowfish, the others of those of jBCrypt.
    [Theory]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*")]
    [InlineData("$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", "U*U*U")]
    [InlineData("$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored")]
    [InlineData("$2a$08$HqWuK6/Ng6sg9gQzbLrgb.Tl.ZHfXLhvt/SgVyWhQqgqcZ7ZuUtye", "")]
    [InlineData("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "a")]
    [InlineData("$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i", "abc")]
    public void Verify_PublishedVectors_AreRight(string text, string password)
    {
        Assert.True(BcryptHash.TryParse(text, out BcryptHash? hash));

        Assert.True(hash.Verify(Encoding.UTF8.GetBytes(password)));
        Assert.False(hash.Verify(Encoding.UTF8.GetBytes("x" + password)));
    }

    [Theory]
    [InlineData("2a")]
    [InlineData("2b")]
    [InlineData("2y")]
    public void Verify_EachNameOfTheAlgorithm_IsTheSame(string name)
    {
        Assert.True(BcryptHash.TryParse($"${name}$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", out BcryptHash? hash));
        Assert.True(hash.Verify("U*U"u8));
    }

    // htpasswd itself says what is right, for passwords of every length around the limit of 72 bytes.
    [Theory]
    [InlineData(1)]
    [InlineData(71)]
    [InlineData(72)]
    [InlineData(73)]
    [InlineData(200)]
    public async Task Verify_HashOfHtpasswd_IsRight(int length)
    {
        string password = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        string line = (await ToolResult.RunAsync(Requires.Tool("htpasswd"), ["-nbB", "-C", "4", "u", password])).EnsureSuccess().Output.Trim();

        Assert.True(BcryptHash.TryParse(line.AsSpan("u:".Length), out BcryptHash? hash));
        Assert.True(hash.Verify(Encoding.UTF8.GetBytes(password)));
        Assert.False(hash.Verify(Encoding.UTF8.GetBytes("b" + password[1..])));
        // What comes after the 72nd byte does not count, in any bcrypt.
        Assert.Equal(length >= 72, hash.Verify(Encoding.UTF8.GetBytes(password + "!")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$apr1$8uRhV5Rs$9b6wn3YzNWtAKbqs2g0Wo0")]
    [InlineData("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWx")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC!E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    public void TryParse_AnythingElse_IsNone(string text) => Assert.False(BcryptHash.TryParse(text, out _));

    [Fact]
    public void GetWords_OfPi_AreThoseOfBlowfish()
    {
        uint[] words = PiFraction.GetWords(18 + 1024);

        Assert.Equal([0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u], words[..4]);
        // The last word of the last S-box, as in the listing of Schneier's "Description of a New Variable-Length Key".
        Assert.Equal(0x3AC372E6u, words[^1]);
    }
}
