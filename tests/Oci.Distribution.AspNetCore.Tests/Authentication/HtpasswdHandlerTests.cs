using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Tests.Authentication;

public sealed class HtpasswdHandlerTests : IDisposable
{
    // htpasswd -nbB -C 4 alice U*U is another salt each time; this one is of the published vectors.
    private const string Alice = "alice:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private const string AliceAnew = "alice:$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";

    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();

    private string FilePath => _folder.Combine("htpasswd");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("alice", "U*U", HttpStatusCode.OK)]
    [InlineData("alice", "U*U*", HttpStatusCode.Unauthorized)]
    [InlineData("alice", "", HttpStatusCode.Unauthorized)]
    [InlineData("bob", "U*U", HttpStatusCode.Unauthorized)]
    [InlineData("", "", HttpStatusCode.Unauthorized)]
    public async Task Get_WithAPassword_IsAnsweredByWhetherItIsRight(string user, string password, HttpStatusCode status)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await GetAsync(host, user, password);

        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Unauthorized)
        {
            Assert.Equal("Basic realm=\"Registry\", charset=\"UTF-8\"", response.Headers.WwwAuthenticate.ToString());
            await RegistryHost.AssertErrorAsync(response, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic YWxpY2U=")]
    [InlineData("Basic YWxpY2U6VSpVAA==")]
    [InlineData("Basic //86VSpV")]
    [InlineData("Bearer abc")]
    [InlineData("Negotiate abc")]
    public async Task Get_WithAnotherHeader_IsUnauthorized(string header)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Get, "/v2/", null, ("Authorization", header));

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Requests_WithoutAnyRule_NeedALogin()
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage push = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        using HttpResponseMessage pull = await host.Client.GetAsync("/v2/a/manifests/latest");
        using HttpResponseMessage list = await host.Client.GetAsync("/v2/_catalog");

        Assert.All([push, pull, list], response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
    }

    [Fact]
    public async Task Requests_WithAnonymousPull_NeedALoginForTheRest()
    {
        await using RegistryHost host = await StartAsync(options => options.Authorize = (user, resource) => resource.Action == RegistryAction.Pull || user.Identity!.Name == "alice");

        using HttpResponseMessage pull = await host.Client.GetAsync("/v2/a/manifests/latest");
        using HttpResponseMessage ping = await host.Client.GetAsync("/v2/");
        using HttpResponseMessage push = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        using HttpResponseMessage pushed = await host.SendAsync(HttpMethod.Post, "/v2/a/blobs/uploads/", null, ("Authorization", Basic("alice", "U*U")));

        Assert.Equal(HttpStatusCode.NotFound, pull.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, ping.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, push.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, pushed.StatusCode);
    }

    [Fact]
    public async Task Get_AfterThePasswordWasSetAnew_TakesTheNewOneOnly()
    {
        await using RegistryHost host = await StartAsync();
        using HttpResponseMessage before = await GetAsync(host, "alice", "U*U");
        await File.WriteAllTextAsync(FilePath, AliceAnew + "\n");
        _time.Advance(TimeSpan.FromSeconds(2));

        // The old one was remembered as right, and is not any more.
        using HttpResponseMessage old = await GetAsync(host, "alice", "U*U");
        using HttpResponseMessage anew = await GetAsync(host, "alice", "U*U*");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK), (before.StatusCode, old.StatusCode, anew.StatusCode));
    }

    [Fact]
    public async Task Get_AfterTheFileWasBroken_KeepsTheUsers()
    {
        await using RegistryHost host = await StartAsync();
        using HttpResponseMessage before = await GetAsync(host, "alice", "U*U");
        await File.WriteAllTextAsync(FilePath, "alice:plain text\n");
        _time.Advance(TimeSpan.FromHours(1));

        using HttpResponseMessage broken = await GetAsync(host, "alice", "U*U");
        File.Delete(FilePath);
        _time.Advance(TimeSpan.FromHours(1));
        using HttpResponseMessage deleted = await GetAsync(host, "alice", "U*U");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, broken.StatusCode, deleted.StatusCode));
    }

    [Fact]
    public async Task Start_WithAnMd5Hash_FailsAndSaysWhy()
    {
        await File.WriteAllTextAsync(FilePath, "alice:$apr1$8uRhV5Rs$9b6wn3YzNWtAKbqs2g0Wo0\n");

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => RegistryHost.StartAsync(services: AddHtpasswd));

        Assert.Contains("htpasswd -B", e.Message);
    }

    [Fact]
    public async Task Start_WithoutAFile_Fails()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => RegistryHost.StartAsync(services: AddHtpasswd));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RegistryHost.StartAsync(services: services => services.AddAuthentication().AddOciHtpasswd(_ => { })));
    }

    [Fact]
    public async Task Get_UnknownUser_CostsAsMuchAsAWrongPasswordAndARememberedOneNothing()
    {
        await using RegistryHost host = await StartAsync();
        HtpasswdVerifier verifier = host.Services.GetRequiredService<HtpasswdVerifiers>().Get(OciAuthenticationDefaults.HtpasswdScheme);
        async Task<int> CostAsync(string user, string password, HttpStatusCode status)
        {
            int before = verifier.Computed;
            using HttpResponseMessage response = await GetAsync(host, user, password);
            Assert.Equal(status, response.StatusCode);
            return verifier.Computed - before;
        }

        Assert.Equal(1, await CostAsync("alice", "wrong", HttpStatusCode.Unauthorized));
        Assert.Equal(1, await CostAsync("alice", "wrong", HttpStatusCode.Unauthorized));
        Assert.Equal(1, await CostAsync("nobody", "wrong", HttpStatusCode.Unauthorized));
        Assert.Equal(1, await CostAsync("alice", "U*U", HttpStatusCode.OK));
        Assert.Equal(0, await CostAsync("alice", "U*U", HttpStatusCode.OK));
        Assert.Equal(1, await CostAsync("alice", "wrong", HttpStatusCode.Unauthorized));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await CostAsync("alice", "U*U", HttpStatusCode.OK));
    }

    [Fact]
    public async Task Get_ManyRequestsOfOneLogin_CostOneBcrypt()
    {
        await using RegistryHost host = await StartAsync(htpasswdOptions: options => options.MaxConcurrentChecks = 1);
        HtpasswdVerifier verifier = host.Services.GetRequiredService<HtpasswdVerifiers>().Get(OciAuthenticationDefaults.HtpasswdScheme);

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(host, "alice", "U*U")));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(1, verifier.Computed);
    }

    [Fact]
    public async Task Get_MoreLoginsThanAreChecked_AreTurnedAwayAndNotForgotten()
    {
        string htpasswd = (await ToolResult.RunAsync(Requires.Tool("htpasswd"), ["-nbB", "-C", "12", "alice", "right"])).EnsureSuccess().Output;
        await using RegistryHost host = await StartAsync(htpasswd: htpasswd, htpasswdOptions: options => (options.MaxConcurrentChecks, options.MaxWaitingChecks) = (1, 1));

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => GetAsync(host, "alice", $"wrong{i}", i % 2 == 0 ? HttpMethod.Get : HttpMethod.Head)));
        using HttpResponseMessage right = await GetAsync(host, "alice", "right");

        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.Unauthorized);
        HttpResponseMessage busy = responses.First(response => response.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), busy.Headers.RetryAfter!.Delta);
        Assert.All(responses, response => Assert.Equal(response.Headers.RetryAfter is not null, response.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    private static Task<HttpResponseMessage> GetAsync(RegistryHost host, string user, string password, HttpMethod? method = null) =>
        host.SendAsync(method ?? HttpMethod.Get, "/v2/", null, ("Authorization", Basic(user, password)));

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private void AddHtpasswd(IServiceCollection services) => services.AddAuthentication().AddOciHtpasswd(options => options.File = FilePath);

    private async Task<RegistryHost> StartAsync(Action<OciRegistryOptions>? configure = null, string htpasswd = Alice + "\n", Action<HtpasswdOptions>? htpasswdOptions = null)
    {
        await File.WriteAllTextAsync(FilePath, htpasswd);
        return await RegistryHost.StartAsync(configure: configure, services: services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            AddHtpasswd(services);
            services.Configure(OciAuthenticationDefaults.HtpasswdScheme, htpasswdOptions ?? (_ => { }));
        });
    }
}
