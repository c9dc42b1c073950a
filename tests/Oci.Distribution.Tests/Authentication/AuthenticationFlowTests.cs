using System.Text;
using Oci.Distribution.Authentication;
using Oci.Image;

namespace Oci.Distribution.Tests.Authentication;

/// <summary>What goes wrong between a client, a registry and its token service, and how it ends.</summary>
public sealed class AuthenticationFlowTests
{
    private const string Password = "s3cret-password";

    [Fact]
    public async Task Refusal_SaysWhoseLoginItWas_AndWhereItWasFound()
    {
        using var directory = new TempDirectory();
        var store = new CredentialStore(directory.Combine("auth.json"));
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"x\""));
        await store.StoreAsync(registry.Address.Authority, RegistryCredential.FromPassword("alice", Password));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = store);

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());

        Assert.Equal($"user 'alice', from {store.Path}", e.Credential);
        Assert.Contains($"user 'alice', from {store.Path}", e.Message);
        Assert.DoesNotContain(Password, e.ToString());
    }

    [Fact]
    public async Task Refusal_OfTheTokenService_SaysWhoseLoginItWas()
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token" ? e.RespondAsync(401) : ChallengeAsync(e));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = Login(registry));

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());

        Assert.Equal("user 'me', given by the app", e.Credential);
        Assert.Equal(401, (int)e.StatusCode!);
    }

    [Fact]
    public async Task Refusal_WithoutALogin_NamesNone()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"x\""));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());

        Assert.Null(e.Credential);
        Assert.Contains("none was sent", e.Hint);
    }

    [Fact]
    public async Task InsufficientScope_IsToldAsAMissingRight()
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token"
            ? TokenAsync(e, Guid.NewGuid().ToString())
            : ChallengeAsync(e, e["Authorization"] is null ? "" : ",scope=\"repository:a:pull,push\",error=\"insufficient_scope\""));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = Login(registry));

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.Repository("a").ResolveAsync("v1"));

        Assert.Contains("lacks the right", e.Hint);
    }

    [Fact]
    public async Task InsufficientScope_OfAnOlderToken_IsAnsweredWithAllThatIsWanted()
    {
        await using var registry = new ScriptedRegistry(e => e.Path switch
        {
            "/token" => TokenAsync(e, e.Target.Contains("delete", StringComparison.Ordinal) ? "wide" : "narrow"),
            _ when e["Authorization"] == "Bearer wide" => e.RespondAsync(404),
            _ => ChallengeAsync(e, e["Authorization"] is null ? "" : ",scope=\"repository:a:delete\",error=\"insufficient_scope\""),
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Null(await client.Repository("a").ResolveAsync("v1"));
        Assert.Null(await client.Repository("a").ResolveAsync("v2"));

        Assert.Equal(2, registry.Requests.Count(r => r.Contains("/token", StringComparison.Ordinal)));
        Assert.Contains(registry.Requests, r => r.Contains("repository%3Aa%3Adelete%2Cpull", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bearer_ThatMayPush_MayPull()
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token" ? TokenAsync(e, "t") : e["Authorization"] is null ? ChallengeAsync(e) : e.RespondAsync(e.Method == "POST" ? 201 : 404));
        using RegistryClient client = registry.CreateClient();
        Repository repository = client.Repository("a");

        await repository.Blobs.MountAsync(Digest.Compute("x"u8), "b");
        Assert.Null(await repository.ResolveAsync("v1"));
        Assert.Null(await client.Repository("b").ResolveAsync("v1"));

        Assert.Single(registry.Requests, r => r.Contains("/token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bearer_ForManyAtOnce_IsFetchedOnceForEachScope()
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token" ? TokenAsync(e, "t") : e["Authorization"] is null ? ChallengeAsync(e) : e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();
        await client.Repository("first").ResolveAsync("v1");

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => client.Repository($"r{i % 3}").ResolveAsync("v1")));

        Assert.Equal(4, registry.Requests.Count(r => r.Contains("/token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bearer_ThatExpiresInTheMiddleOfAnUpload_IsRenewed_AndTheUploadGoesOn()
    {
        byte[] content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        int tokens = 0;
        byte[]? stored = null;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e.Path == "/token")
            {
                await TokenAsync(e, $"t{++tokens}");
            }
            else if (e["Authorization"] is null || (e["Authorization"] == "Bearer t1" && e.Method == "PUT"))
            {
                // The head alone was read, as a server does that checks before it takes a body.
                await ChallengeAsync(e);
                if (e.Method == "PUT")
                {
                    e.Close();
                }
            }
            else if (e.Method == "PUT")
            {
                stored = await e.ReadBodyAsync();
                await e.RespondAsync(201);
            }
            else
            {
                await e.RespondAsync(e.Method == "POST" ? 202 : e.Method == "GET" ? 204 : 404, default, "Location: /v2/a/blobs/uploads/1", "Range: 0-0");
            }
        });
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Blobs.PushAsync(Descriptor.Create(MediaTypes.Layer, content), new MemoryStream(content));

        Assert.Equal(content, stored);
        Assert.Equal(2, tokens);
    }

    [Theory]
    [InlineData("WWW-Authenticate: Negotiate, Basic realm=\"x\"")]
    [InlineData("WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\nWWW-Authenticate: Basic realm=\"x\"")]
    [InlineData("WWW-Authenticate: Bearer error=\"x\", Basic realm=\"x\"")]
    public async Task Challenges_OfSeveralKinds_AreAnsweredWithTheOneThatIsKnown(string challenges)
    {
        await using var registry = new ScriptedRegistry(e => e["Authorization"]?.StartsWith("Basic ", StringComparison.Ordinal) == true ? e.RespondAsync(200) : e.RespondAsync(401, default, challenges));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = Login(registry));

        await client.PingAsync();

        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task Challenge_ThatNeverEnds_IsAnsweredOnce()
    {
        await using var registry = new ScriptedRegistry(e => e.Path == "/token" ? TokenAsync(e, Guid.NewGuid().ToString()) : ChallengeAsync(e));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = Login(registry));

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.PingAsync());

        Assert.Equal(3, registry.Requests.Count);
    }

    [Fact]
    public async Task Basic_AsksTheSourceOnceARepository_AndAgainWhereTheLoginIsRefused()
    {
        var source = new CountingSource();
        await using var registry = new ScriptedRegistry(e => e["Authorization"] == TokenService.BasicHeader(source.Credential).ToString()
            ? e.RespondAsync(202)
            : e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"x\""));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = source);

        for (int i = 0; i < 3; i++)
        {
            await client.Repository("a").Tags.DeleteAsync("v1");
            await client.Repository("b").Tags.DeleteAsync("v1");
        }
        Assert.Equal(["a", "b"], source.Asked);
        source.Credential = RegistryCredential.FromPassword("me", "changed");
        for (int i = 0; i < 3; i++)
        {
            await client.Repository("a").Tags.DeleteAsync("v1");
        }

        Assert.Equal(["a", "b", "a"], source.Asked);
    }

    private static StaticCredentialSource Login(ScriptedRegistry registry) => new(registry.Address.Authority, RegistryCredential.FromPassword("me", Password));

    private static Task TokenAsync(Exchange e, string token) => e.RespondAsync(200, Encoding.UTF8.GetBytes($$"""{"token":"{{token}}","expires_in":300}"""));

    private static Task ChallengeAsync(Exchange e, string more = "") =>
        e.Method == "PUT"
            ? e.SendHeadAsync(401, $"WWW-Authenticate: Bearer realm=\"http://{e["Host"]}/token\",service=\"test\"{more}", "Content-Length: 0", "Connection: close")
            : e.RespondAsync(401, default, $"WWW-Authenticate: Bearer realm=\"http://{e["Host"]}/token\",service=\"test\"{more}");

    private sealed class CountingSource : ICredentialSource
    {
        public List<string?> Asked { get; } = [];

        public RegistryCredential Credential { get; set; } = RegistryCredential.FromPassword("me", Password);

        public ValueTask<RegistryCredential?> GetAsync(string host, string? repository, CancellationToken cancellationToken = default)
        {
            Asked.Add(repository);
            return new(Credential);
        }
    }
}
