using System.Text;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Authentication;

public sealed class AuthFileCredentialSourceTests
{
    [Theory]
    [InlineData("quay.example", "org/app/x", "app")]
    [InlineData("quay.example", "org/other", "org")]
    [InlineData("quay.example", "elsewhere", "host")]
    [InlineData("quay.example", null, "host")]
    [InlineData("old.example:5000", null, "old")]
    [InlineData("docker.io", "library/debian", "hub")]
    public async Task GetAsync_TheMostSpecificKey_Wins(string host, string? repository, string user)
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("auth.json");
        await File.WriteAllTextAsync(path, $$"""
            {"auths":{
              "quay.example":{"auth":"{{Encode("host:1")}}"},
              "quay.example/org":{"auth":"{{Encode("org:2")}}"},
              "quay.example/org/app":{"auth":"{{Encode("app:3:4")}}"},
              "https://old.example:5000/v2/":{"auth":"{{Encode("old:5")}}"},
              "https://index.docker.io/v1/":{"auth":"{{Encode("hub:6")}}" } } }
            """);
        var source = new AuthFileCredentialSource(directory.Combine("absent.json"), path);

        RegistryCredential? credential = await source.GetAsync(host, repository);

        Assert.Equal(user, credential!.Username);
        Assert.True(user != "app" || credential.Password == "3:4");
    }

    [Fact]
    public async Task GetAsync_OfAnUnknownHost_IsNull()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.Combine("a"), """{"auths":{"a.example":{"auth":""},"b.example":null}}""");
        var source = new AuthFileCredentialSource(directory.Combine("a"));

        Assert.Null(await source.GetAsync("a.example", null));
        Assert.Null(await source.GetAsync("b.example", null));
        Assert.Null(await source.GetAsync("c.example", null));
    }

    [Theory]
    [InlineData("{\"auths\":{\"a.example\":{\"auth\":\"s3cret\"}}}")]
    [InlineData("{\"auths\":{\"a.example\":{\"auth\":\"bm9jb2xvbg==\"}}}")]
    [InlineData("{\"auths\":s3cret}")]
    [InlineData("s3cret")]
    public async Task GetAsync_OfABadFile_NamesTheFileAndNoSecret(string content)
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.Combine("a"), content);
        var source = new AuthFileCredentialSource(directory.Combine("a"));

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(async () => await source.GetAsync("a.example", null));

        Assert.Contains(directory.Combine("a"), e.Message);
        Assert.DoesNotContain("s3cret", e.ToString());
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a b")]
    [InlineData("not-installed-here")]
    public async Task GetAsync_WithAHelperThatCannotRun_Throws(string helper)
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.Combine("a"), $$"""{"credsStore":"{{helper}}"}""");
        var source = new AuthFileCredentialSource(directory.Combine("a"));

        await Assert.ThrowsAsync<RegistryAuthenticationException>(async () => await source.GetAsync("a.example", null));
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
