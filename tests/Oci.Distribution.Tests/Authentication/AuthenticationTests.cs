using System.Text;
using Oci.Distribution.Authentication;
using Oci.Image;

namespace Oci.Distribution.Tests.Authentication;

public sealed class AuthenticationTests
{
    private const string Password = "s3cret-password";

    [Fact]
    public async Task Bearer_IsFetchedOnce_AndSentFromTheStart()
    {
        int tokens = 0;
        await using var registry = new ScriptedRegistry(e => AnswerAsync(e, () => $"token-{++tokens}"));
        using RegistryClient client = registry.CreateClient();

        await client.PingAsync();
        await client.PingAsync();
        await Task.WhenAll(client.PingAsync(), client.PingAsync());

        Assert.Equal(1, tokens);
        Assert.Equal(5, registry.Requests.Count(r => r == "GET /v2/"));
    }

    [Fact]
    public async Task Bearer_ThatIsExpired_IsFetchedAgain()
    {
        int tokens = 0;
        var clock = new QuickTimeProvider();
        await using var registry = new ScriptedRegistry(e => AnswerAsync(e, () => $"token-{++tokens}"));
        using RegistryClient client = registry.CreateClient(o =>
        {
            o.TimeProvider = clock;
            o.ResponseTimeout = o.IdleTimeout = QuickTimeProvider.Long;
        });

        await client.PingAsync();
        clock.Advance(TimeSpan.FromSeconds(89));
        await client.PingAsync();
        Assert.Equal(1, tokens);
        clock.Advance(TimeSpan.FromSeconds(2));
        await client.PingAsync();

        Assert.Equal(2, tokens);
    }

    [Fact]
    public async Task Bearer_ThatIsRefused_IsFetchedAgainOnce()
    {
        int tokens = 0;
        await using var registry = new ScriptedRegistry(e => AnswerAsync(e, () => $"token-{++tokens}", good: "token-2"));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());
        await client.PingAsync();

        Assert.Equal(2, tokens);
    }

    [Fact]
    public async Task Scopes_OfAMount_NameBothRepositories()
    {
        await using var registry = new ScriptedRegistry(e => e.Target.StartsWith("/token", StringComparison.Ordinal) || e["Authorization"] is null
            ? AnswerAsync(e, () => "token", scope: "repository:to:pull,push")
            : e.RespondAsync(201));
        using RegistryClient client = registry.CreateClient();

        Assert.True(await client.Repository("to").Blobs.MountAsync(Digest.Compute("x"u8), "from"));

        string request = Assert.Single(registry.Requests, r => r.Contains("/token"));
        Assert.Equal("GET /token?service=test&scope=repository%3Afrom%3Apull&scope=repository%3Ato%3Apull%2Cpush", request);
    }

    [Fact]
    public async Task Password_GoesToTheRealm_AndIdentityTokensByPost()
    {
        var seen = new List<string>();
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e.Path == "/token")
            {
                seen.Add($"{e.Method} {e["Authorization"]} {Encoding.UTF8.GetString(await e.ReadBodyAsync())}");
            }
            await AnswerAsync(e, () => "token");
        });
        string host = registry.Address.Authority;
        using RegistryClient withPassword = registry.CreateClient(o => o.Credentials = new StaticCredentialSource(host, RegistryCredential.FromPassword("me", Password)));
        using RegistryClient withToken = registry.CreateClient(o => o.Credentials = new StaticCredentialSource(host, RegistryCredential.FromIdentityToken("refresh")));

        await withPassword.PingAsync();
        await withToken.PingAsync();

        Assert.Equal($"GET Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Password}"))} ", seen[0]);
        Assert.StartsWith("POST  grant_type=refresh_token&client_id=oci-sdk-dotnet&refresh_token=refresh", seen[1]);
    }

    [Theory]
    [InlineData("http://registry.example/token")]
    [InlineData("ftp://127.0.0.1/token")]
    [InlineData("https://user@127.0.0.1/token")]
    [InlineData("/token")]
    [InlineData("https://evil.example/token")]
    public async Task Realm_ThatIsNotTrusted_GetsNoCredentials(string realm)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(401, default, $"WWW-Authenticate: Bearer realm=\"{realm}\",service=\"test\""));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = new StaticCredentialSource(registry.Address.Authority, RegistryCredential.FromPassword("me", Password)));

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());

        Assert.DoesNotContain(Password, e.ToString());
        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData("https://registry.example", "https://registry.example:8443/t", true)]
    [InlineData("https://registry.gitlab.example", "https://gitlab.example/jwt", true)]
    [InlineData("https://registry-1.docker.io", "https://auth.docker.io/token", true)]
    [InlineData("https://a.example", "https://trusted.example/t", true)]
    [InlineData("https://registry.example", "http://registry.example/t", false)]
    [InlineData("https://a.co.uk", "https://b.co.uk/t", false)]
    [InlineData("https://gitlab.example", "https://registry.gitlab.example/t", false)]
    [InlineData("https://registry.com", "https://com/t", false)]
    [InlineData("https://registry-1.docker.io.evil.example", "https://auth.docker.io/token", false)]
    public void RealmTrust_IsForTheSameHostItsParentAndTheList(string registry, string realm, bool trusted)
    {
        var trust = new RealmTrust(new Uri(registry), ["trusted.example"]);

        if (trusted)
        {
            Assert.Equal(new Uri(realm), trust.Check(realm, sendsCredentials: true));
        }
        else
        {
            Assert.Throws<RegistryAuthenticationException>(() => trust.Check(realm, sendsCredentials: true));
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"token":"a\r\nX: y"}""")]
    [InlineData("""{"token":5}""")]
    public async Task TokenService_ThatAnswersNonsense_IsAnAuthenticationError(string body)
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token" ? e.RespondAsync(200, Encoding.UTF8.GetBytes(body)) : ChallengeAsync(e, null));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());
    }

    [Fact]
    public async Task TokenService_ThatSendsTooMuch_IsAnAuthenticationError()
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token" ? e.RespondAsync(200, new byte[300_000]) : ChallengeAsync(e, null));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());
    }

    [Fact]
    public async Task Credentials_OfAnotherRegistry_AreNotSent()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"x\""));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = new StaticCredentialSource("other.example", RegistryCredential.FromPassword("me", Password)));

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());

        Assert.Single(registry.Requests);
    }

    [Fact]
    public void Credential_PrintsNoSecret()
    {
        Assert.DoesNotContain(Password, RegistryCredential.FromPassword("me", Password).ToString());
        Assert.DoesNotContain(Password, RegistryCredential.FromIdentityToken(Password).ToString());
    }

    private static Task AnswerAsync(Exchange e, Func<string> token, string? good = null, string? scope = null) => e.Path switch
    {
        "/token" => e.RespondAsync(200, Encoding.UTF8.GetBytes($$"""{"token":"{{token()}}","expires_in":100}""")),
        _ when e["Authorization"] is string sent && (good is null || sent == $"Bearer {good}") => e.RespondAsync(200),
        _ => ChallengeAsync(e, scope),
    };

    private static Task ChallengeAsync(Exchange e, string? scope) =>
        e.RespondAsync(401, default, $"WWW-Authenticate: Bearer realm=\"http://{e["Host"]}/token\",service=\"test\"{(scope is null ? "" : $",scope=\"{scope}\"")}");
}
