using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Tokens;

public sealed class RegistryTokenTests : IDisposable
{
    private const string Htpasswd = """
        alice:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
        bob:$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK

        """;

    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ping_Unknown_SaysWhereToGetAToken()
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/");

        Assert.Equal($"Bearer realm=\"{host.Address}token\",service=\"registry\"", Challenge(response));
        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("GET", "/v2/our/app/manifests/v1", "repository:our/app:pull")]
    [InlineData("HEAD", "/v2/our/app/blobs/sha256:0", "repository:our/app:pull")]
    [InlineData("PUT", "/v2/our/app/manifests/v1", "repository:our/app:pull,push")]
    [InlineData("POST", "/v2/our/app/blobs/uploads/", "repository:our/app:pull,push")]
    [InlineData("POST", "/v2/our/app/blobs/uploads/?mount=x&from=other", "repository:our/app:pull,push repository:other:pull")]
    [InlineData("GET", "/v2/our/app/blobs/uploads/1", "repository:our/app:pull,push")]
    [InlineData("DELETE", "/v2/our/app/manifests/v1", "repository:our/app:delete")]
    [InlineData("GET", "/v2/our/app/tags/list", "repository:our/app:pull")]
    [InlineData("GET", "/v2/_catalog", "registry:catalog:*")]
    public async Task Request_Unknown_IsToldTheScopeItNeeds(string method, string path, string scope)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.SendAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.EndsWith($",scope=\"{scope}\"", Challenge(response));
    }

    [Fact]
    public async Task Push_WithATokenForIt_Works()
    {
        await using RegistryHost host = await StartAsync();
        JsonElement answer = await GetTokenAsync(host, "?service=registry&scope=repository:team/app:pull,push&account=alice&client_id=test", "alice", "U*U");

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Post, "/v2/team/app/blobs/uploads/", null, Bearer(answer));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(answer.GetProperty("token").GetString(), answer.GetProperty("access_token").GetString());
        Assert.Equal(300, answer.GetProperty("expires_in").GetInt32());
        Assert.Equal(_time.GetUtcNow(), answer.GetProperty("issued_at").GetDateTimeOffset());
        Assert.False(answer.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    public async Task Token_OfBob_HoldsForWhatHeMayAndNoMore()
    {
        await using RegistryHost host = await StartAsync();
        JsonElement answer = await GetTokenAsync(host, "?scope=repository:team/app:pull,push&scope=repository:bob/x:*%20registry:catalog:*%20other:thing:do", "bob", "U*U*");

        using HttpResponseMessage ping = await host.SendAsync(HttpMethod.Get, "/v2/", null, Bearer(answer));
        using HttpResponseMessage pull = await host.SendAsync(HttpMethod.Get, "/v2/team/app/manifests/v1", null, Bearer(answer));
        using HttpResponseMessage push = await host.SendAsync(HttpMethod.Post, "/v2/team/app/blobs/uploads/", null, Bearer(answer));
        using HttpResponseMessage own = await host.SendAsync(HttpMethod.Post, "/v2/bob/x/blobs/uploads/", null, Bearer(answer));
        using HttpResponseMessage notAsked = await host.SendAsync(HttpMethod.Post, "/v2/bob/y/blobs/uploads/", null, Bearer(answer));
        using HttpResponseMessage catalog = await host.SendAsync(HttpMethod.Get, "/v2/_catalog", null, Bearer(answer));

        Assert.Equal("repository:team/app:pull repository:bob/x:pull,push,delete", answer.GetProperty("scope").GetString());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.Accepted), (ping.StatusCode, pull.StatusCode, own.StatusCode));
        foreach (HttpResponseMessage refused in (HttpResponseMessage[])[push, notAsked, catalog])
        {
            Assert.EndsWith(",error=\"insufficient_scope\"", Challenge(refused));
            await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.Unauthorized, "DENIED");
        }
    }

    [Fact]
    public async Task Token_Anonymous_PullsWhatIsPublic()
    {
        await using RegistryHost host = await StartAsync();
        JsonElement answer = await GetTokenAsync(host, "?scope=repository:team/app:pull,push");

        using HttpResponseMessage pull = await host.SendAsync(HttpMethod.Get, "/v2/team/app/manifests/v1", null, Bearer(answer));
        using HttpResponseMessage push = await host.SendAsync(HttpMethod.Post, "/v2/team/app/blobs/uploads/", null, Bearer(answer));

        Assert.Equal("repository:team/app:pull", answer.GetProperty("scope").GetString());
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (pull.StatusCode, push.StatusCode));
    }

    [Fact]
    public async Task Mount_FromWhereTheTokenDoesNotReach_StartsASession()
    {
        await using RegistryHost host = await StartAsync();
        JsonElement both = await GetTokenAsync(host, "?scope=repository:bob/a:pull,push&scope=repository:bob/b:pull,push", "bob", "U*U*");
        JsonElement one = await GetTokenAsync(host, "?scope=repository:bob/b:pull,push", "bob", "U*U*");
        Digest digest = Digest.Compute("blob"u8);
        using (HttpResponseMessage pushed = await host.SendAsync(HttpMethod.Post, $"/v2/bob/a/blobs/uploads/?digest={digest}", new ByteArrayContent("blob"u8.ToArray()), Bearer(both)))
        {
            Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        }

        using HttpResponseMessage refused = await host.SendAsync(HttpMethod.Post, $"/v2/bob/b/blobs/uploads/?mount={digest}&from=bob/a", null, Bearer(one));
        using HttpResponseMessage anywhere = await host.SendAsync(HttpMethod.Post, $"/v2/bob/b/blobs/uploads/?mount={digest}", null, Bearer(both));
        using HttpResponseMessage mounted = await host.SendAsync(HttpMethod.Post, $"/v2/bob/b/blobs/uploads/?mount={digest}&from=bob/a", null, Bearer(both));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Created), (refused.StatusCode, anywhere.StatusCode, mounted.StatusCode));
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(329, HttpStatusCode.OK)]
    [InlineData(330, HttpStatusCode.Unauthorized)]
    [InlineData(-30, HttpStatusCode.OK)]
    [InlineData(-31, HttpStatusCode.Unauthorized)]
    public async Task Token_ByTheClock_HoldsForItsTimeAndALittleSkew(int seconds, HttpStatusCode status)
    {
        await using RegistryHost host = await StartAsync();
        JsonElement answer = await GetTokenAsync(host, "", "alice", "U*U");
        JsonElement shown = await GetTokenAsync(host, "", "alice", "U*U");
        using HttpResponseMessage before = await host.SendAsync(HttpMethod.Get, "/v2/", null, Bearer(shown));
        _time.Advance(TimeSpan.FromSeconds(seconds));

        // One that was found right a moment ago ends no later.
        using HttpResponseMessage again = await host.SendAsync(HttpMethod.Get, "/v2/", null, Bearer(shown));
        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Get, "/v2/", null, Bearer(answer));

        Assert.Equal((HttpStatusCode.OK, status, status), (before.StatusCode, again.StatusCode, response.StatusCode));
        Assert.Equal(status == HttpStatusCode.Unauthorized, response.Headers.WwwAuthenticate.ToString().Contains("error=\"invalid_token\""));
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("mallory", "U*U")]
    public async Task Token_WrongPassword_IsRefusedWithABasicChallenge(string user, string password)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage get = await host.SendAsync(HttpMethod.Get, "/token?scope=repository:team/app:pull", null, ("Authorization", Basic(user, password)));
        using HttpResponseMessage post = await PostAsync(host, ("grant_type", "password"), ("username", user), ("password", password), ("service", "registry"));

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[get, post])
        {
            Assert.StartsWith("Basic ", response.Headers.WwwAuthenticate.ToString());
            await RegistryHost.AssertErrorAsync(response, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }
    }

    [Fact]
    public async Task Refresh_WithTheTokenOfALogin_GivesOthersUntilThePasswordIsSet()
    {
        await using RegistryHost host = await StartAsync();
        using HttpResponseMessage login = await PostAsync(host, ("grant_type", "password"), ("username", "alice"), ("password", "U*U"), ("service", "registry"), ("access_type", "offline"), ("client_id", "test"));
        string refresh = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refresh_token").GetString()!;
        _time.Advance(TimeSpan.FromDays(1));

        using HttpResponseMessage refreshed = await PostAsync(host, ("grant_type", "refresh_token"), ("refresh_token", refresh), ("service", "registry"), ("scope", "repository:team/app:pull,push"));
        JsonElement answer = await refreshed.Content.ReadFromJsonAsync<JsonElement>();
        using HttpResponseMessage push = await host.SendAsync(HttpMethod.Post, "/v2/team/app/blobs/uploads/", null, Bearer(answer));
        using HttpResponseMessage misused = await host.SendAsync(HttpMethod.Get, "/v2/", null, ("Authorization", $"Bearer {refresh}"));
        using HttpResponseMessage swapped = await PostAsync(host, ("grant_type", "refresh_token"), ("refresh_token", answer.GetProperty("token").GetString()!));
        await File.WriteAllTextAsync(_folder.Combine("htpasswd"), Htpasswd.Replace("E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "VGOzA784oUp/Z0DY336zx7pLYAy0lwK") + "\n");
        _time.Advance(TimeSpan.FromSeconds(2));
        using HttpResponseMessage after = await PostAsync(host, ("grant_type", "refresh_token"), ("refresh_token", refresh));

        Assert.Equal(HttpStatusCode.Accepted, push.StatusCode);
        Assert.All([misused, swapped, after], response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refresh_AfterTheRolesChanged_GivesWhatTheUserMayNow(bool before)
    {
        var roles = new WriterRole { IsOn = before };
        await using RegistryHost host = await StartAsync(
            options => options.Authorize = (user, _) => user.IsInRole("writer"),
            services => services.AddSingleton<IClaimsTransformation>(roles));
        (string, string) scope = ("scope", "repository:team/app:push");
        using HttpResponseMessage login = await PostAsync(host, ("grant_type", "password"), ("username", "bob"), ("password", "U*U*"), ("access_type", "offline"), scope);
        JsonElement first = await login.Content.ReadFromJsonAsync<JsonElement>();
        roles.IsOn = !before;

        using HttpResponseMessage refreshed = await PostAsync(host, ("grant_type", "refresh_token"), ("refresh_token", first.GetProperty("refresh_token").GetString()!), scope);
        JsonElement second = await refreshed.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((before, !before), (first.TryGetProperty("scope", out _), second.TryGetProperty("scope", out _)));
    }

    [Fact]
    public async Task Token_FallbackPolicyThatWantsALogin_IsToBeHadAllTheSame()
    {
        await using RegistryHost host = await StartAsync(services: services =>
            services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        JsonElement answer = await GetTokenAsync(host, "?scope=repository:team/app:push", "alice", "U*U");
        using HttpResponseMessage unknown = await host.Client.GetAsync("/v2/");
        using HttpResponseMessage push = await host.SendAsync(HttpMethod.Post, "/v2/team/app/blobs/uploads/", null, Bearer(answer));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Accepted), (unknown.StatusCode, push.StatusCode));
    }

    [Theory]
    [InlineData("?service=other")]
    [InlineData("?scope=nonsense")]
    [InlineData("?scope=repository::pull")]
    public async Task Token_AskedForWrongly_IsRefused(string query)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync("/token" + query);
        using HttpResponseMessage many = await host.Client.GetAsync("/token?scope=" + string.Join("%20", Enumerable.Repeat("a:b:c", 65)));
        using HttpResponseMessage noForm = await host.Client.PostAsync("/token", new StringContent("{}", Encoding.UTF8, "application/json"));
        using HttpResponseMessage noGrant = await PostAsync(host, ("service", "registry"));
        using HttpResponseMessage large = await PostAsync(host, ("grant_type", "password"), ("username", new string('a', 100_000)));

        Assert.All([response, many, noForm, noGrant, large], refused => Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode));
    }

    [Fact]
    public async Task Catalog_OfWhoMayListIt_TellsOnlyOfWhatTheyMayRead()
    {
        await using RegistryHost host = await StartAsync(options => options.Authorize = (user, resource) =>
            resource.Action == RegistryAction.ListRepositories || user.Identity?.Name is { } name && (name == "alice" || resource.Repository!.StartsWith(name, StringComparison.Ordinal)));
        foreach (string name in (string[])["a", "bob/1", "bob/2", "bob/3", "c"])
        {
            host.Client.DefaultRequestHeaders.Authorization = new("Bearer", (await GetTokenAsync(host, $"?scope=repository:{name}:push", "alice", "U*U")).GetProperty("token").GetString());
            await host.PushImageAsync(name, "v1");
        }
        JsonElement bob = await GetTokenAsync(host, "?scope=registry:catalog:*", "bob", "U*U*");

        using HttpResponseMessage first = await host.SendAsync(HttpMethod.Get, "/v2/_catalog?n=2", null, Bearer(bob));
        string link = first.Headers.GetValues("Link").Single();
        using HttpResponseMessage second = await host.SendAsync(HttpMethod.Get, link[1..link.IndexOf('>')], null, Bearer(bob));

        Assert.Equal(["bob/1", "bob/2"], await NamesAsync(first));
        Assert.Equal(["bob/3"], await NamesAsync(second));
        Assert.False(second.Headers.Contains("Link"));
    }

    private static async Task<string[]> NamesAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("repositories").EnumerateArray().Select(name => name.GetString()!)];

    private static string Challenge(HttpResponseMessage response) => response.Headers.GetValues("WWW-Authenticate").Single();

    private static (string, string) Bearer(JsonElement answer) => ("Authorization", $"Bearer {answer.GetProperty("token").GetString()}");

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static async Task<JsonElement> GetTokenAsync(RegistryHost host, string query, string? user = null, string? password = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/token" + query);
        if (user is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Basic(user, password!));
        }
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Task<HttpResponseMessage> PostAsync(RegistryHost host, params (string Name, string Value)[] form) =>
        host.Client.PostAsync("/token", new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))));

    // alice may do everything; everybody may pull below team/, and bob may do what he likes below bob/.
    private async Task<RegistryHost> StartAsync(Action<OciRegistryOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        await File.WriteAllTextAsync(_folder.Combine("htpasswd"), Htpasswd);
        return await RegistryHost.StartAsync(
            configure: options =>
            {
                options.Authorize = (user, resource) => user.Identity!.Name == "alice"
                    || resource is { Action: RegistryAction.Pull, Repository: var name } && name!.StartsWith("team/", StringComparison.Ordinal)
                    || resource.Repository is { } own && user.Identity.Name is { } owner && own.StartsWith(owner + "/", StringComparison.Ordinal);
                configure?.Invoke(options);
            },
            services: collection =>
            {
                collection.AddSingleton<TimeProvider>(_time);
                collection.AddAuthentication()
                    .AddOciHtpasswd(options => options.File = _folder.Combine("htpasswd"))
                    .AddOciTokens();
                services?.Invoke(collection);
            },
            pipeline: app => app.MapOciTokens());
    }

    private sealed class WriterRole : IClaimsTransformation
    {
        public bool IsOn { get; set; }

        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            var result = new ClaimsPrincipal(principal.Identities);
            if (IsOn && principal.Identity?.IsAuthenticated == true)
            {
                result.AddIdentity(new ClaimsIdentity([new Claim(ClaimTypes.Role, "writer")]));
            }
            return Task.FromResult(result);
        }
    }
}
