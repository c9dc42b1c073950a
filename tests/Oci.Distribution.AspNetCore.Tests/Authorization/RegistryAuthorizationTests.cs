using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Authorization;

public sealed class RegistryAuthorizationTests
{
    [Fact]
    public async Task Get_Unknown_Answers401WithTheChallenge()
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/");

        Assert.Equal("Basic realm=\"test\"", response.Headers.WwwAuthenticate.ToString());
        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("alice", "alice/repo", HttpStatusCode.Accepted)]
    [InlineData("alice", "bob/repo", HttpStatusCode.Forbidden)]
    public async Task Post_Known_MayPushWhereThePolicySays(string user, string repository, HttpStatusCode status)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", null, ("X-User", user));

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Post_MountFromWhereTheUserMayNotPull_StartsASessionInstead()
    {
        await using RegistryHost host = await StartAsync();
        Digest digest = Digest.Compute("secret"u8);
        using (HttpResponseMessage pushed = await host.SendAsync(HttpMethod.Post, $"/v2/bob/repo/blobs/uploads/?digest={digest}", new ByteArrayContent("secret"u8.ToArray()), ("X-User", "bob")))
        {
            Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        }

        using HttpResponseMessage named = await host.SendAsync(HttpMethod.Post, $"/v2/alice/repo/blobs/uploads/?mount={digest}&from=bob/repo", null, ("X-User", "alice"));
        using HttpResponseMessage unnamed = await host.SendAsync(HttpMethod.Post, $"/v2/alice/repo/blobs/uploads/?mount={digest}", null, ("X-User", "alice"));
        using HttpResponseMessage own = await host.SendAsync(HttpMethod.Post, $"/v2/bob/other/blobs/uploads/?mount={digest}&from=bob/repo", null, ("X-User", "bob"));

        Assert.Equal(HttpStatusCode.Accepted, named.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, unnamed.StatusCode);
        Assert.Equal(HttpStatusCode.Created, own.StatusCode);
    }

    // Whether a repository is there is nobody's business who may not read it.
    [Theory]
    [InlineData("GET", "manifests/v1", "alice")]
    [InlineData("GET", "tags/list", "alice")]
    [InlineData("HEAD", "blobs/sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "alice")]
    [InlineData("DELETE", "manifests/v1", "alice")]
    [InlineData("POST", "blobs/uploads/?mount=sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "alice")]
    [InlineData("GET", "referrers/sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "alice")]
    [InlineData("GET", "manifests/v1", null)]
    [InlineData("GET", "tags/list", null)]
    public async Task Request_OfWhoMayNot_IsAnsweredTheSameWhetherItIsThereOrNot(string method, string path, string? user)
    {
        await using RegistryHost host = await StartAsync();
        host.Client.DefaultRequestHeaders.Add("X-User", "bob");
        await host.PushBlobAsync("bob/repo", "secret"u8.ToArray());
        await host.PushImageAsync("bob/repo", "v1");
        host.Client.DefaultRequestHeaders.Remove("X-User");
        (string, string)[] headers = user is null ? [] : [("X-User", user)];

        using HttpResponseMessage there = await host.SendAsync(new HttpMethod(method), $"/v2/bob/repo/{path}", null, headers);
        using HttpResponseMessage absent = await host.SendAsync(new HttpMethod(method), $"/v2/bob/none/{path}", null, headers);

        Assert.Equal(user is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, there.StatusCode);
        Assert.Equal(there.StatusCode, absent.StatusCode);
        Assert.Equal(await there.Content.ReadAsStringAsync(), await absent.Content.ReadAsStringAsync());
        Assert.Equal(Headers(there), Headers(absent));
    }

    [Fact]
    public async Task Get_RequireAuthorizationOnTheEndpoint_KeepsOthersOut()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(
            configure: null,
            services: AddScheme,
            pipeline: UseAuth,
            conventions: registry => registry.RequireAuthorization());

        using HttpResponseMessage unknown = await host.Client.GetAsync("/v2/");
        using HttpResponseMessage known = await host.SendAsync(HttpMethod.Get, "/v2/", null, ("X-User", "alice"));

        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    private static string[] Headers(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal)];

    private static Task<RegistryHost> StartAsync() => RegistryHost.StartAsync(
        configure: options => options.AuthorizationPolicy = "registry",
        services: services =>
        {
            AddScheme(services);
            services.AddAuthorization(options => options.AddPolicy("registry", policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => context.Resource is RegistryResource resource
                    && (resource.Repository is null || resource.Repository.StartsWith(context.User.Identity!.Name + "/", StringComparison.Ordinal)))));
        },
        pipeline: UseAuth);

    private static void AddScheme(IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderScheme>("test", null);
    }

    private static void UseAuth(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    private sealed class HeaderScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-User"].ToString() is not { Length: > 0 } name)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
            return Task.CompletedTask;
        }
    }
}
