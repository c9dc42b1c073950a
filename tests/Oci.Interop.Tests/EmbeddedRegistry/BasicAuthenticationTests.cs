using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;

namespace Oci.Interop.Tests.EmbeddedRegistry;

public sealed class BasicAuthenticationTests
{
    private const string Password = "pass:wörd";

    [Fact]
    public async Task Copy_WithTheRightPassword_WorksBothWays()
    {
        await using EmbeddedHost host = await StartAsync();
        using var directory = new TempDirectory();
        OciLayout layout = await OciLayout.CreateAsync(directory.Combine("one"));
        Descriptor image = await ImageSamples.AddImageAsync(layout);
        RegistryClient client = host.CreateClient(Login(host, Password));

        await client.PingAsync();
        await ContentCopier.CopyAsync(layout, image, client.Repository("a"), "v1");
        CopyResult down = await ContentCopier.CopyAsync(client.Repository("a"), "v1", await OciLayout.CreateAsync(directory.Combine("two")), "v1");

        Assert.Equal(4, down.Copied);
    }

    // The body of such a push cannot be sent twice, so the challenge must be answered before it goes out.
    [Fact]
    public async Task Push_OfALargeStreamAsTheFirstRequests_IsAuthenticated()
    {
        await using EmbeddedHost host = await StartAsync();
        Repository repository = host.CreateClient(Login(host, Password)).Repository("a");
        byte[] content = new byte[2_000_000];

        await repository.AddAsync(Descriptor.Create(MediaTypes.Layer, content), new OneWayStream(content));

        Assert.Single(host.GetFiles("blobs"));
    }

    [Theory]
    [InlineData("wrong", "log in again")]
    [InlineData(null, "RegistryClientOptions.Credentials")]
    public async Task Pull_WithoutTheRightPassword_SaysWhatToDoAndNoSecret(string? password, string hint)
    {
        await using EmbeddedHost host = await StartAsync();
        Repository repository = host.CreateClient(password is null ? null : Login(host, password)).Repository("a");

        var thrown = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => repository.ResolveAsync("v1"));

        Assert.Contains(hint, thrown.Message);
        Assert.Contains("/v2/a/manifests/v1", thrown.Message);
        Assert.DoesNotContain("Basic", thrown.ToString());
        if (password is not null)
        {
            Assert.DoesNotContain(password, thrown.Message.Replace("may be wrong", ""));
        }
    }

    private static RegistryClientOptions Login(EmbeddedHost host, string password) => new()
    {
        Credentials = new StaticCredentialSource(host.Address.Authority, RegistryCredential.FromPassword("alice", password)),
    };

    private static Task<EmbeddedHost> StartAsync() => EmbeddedHost.StartAsync(
        options => options.AuthorizationPolicy = "registry",
        services =>
        {
            services.AddAuthorization(options => options.AddPolicy("registry", policy => policy.RequireAuthenticatedUser()));
            services.AddAuthentication("basic").AddScheme<AuthenticationSchemeOptions, BasicScheme>("basic", null);
        },
        app => app.UseAuthentication().UseAuthorization());

    private sealed class OneWayStream(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;
    }

    private sealed class BasicScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"alice:{Password}"))}";
            if (Request.Headers.Authorization.Count == 0)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }
            if (Request.Headers.Authorization != expected)
            {
                return Task.FromResult(AuthenticateResult.Fail("The password is another."));
            }
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "alice")], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = "Basic realm=\"test\", charset=\"UTF-8\"";
            return Task.CompletedTask;
        }
    }
}
