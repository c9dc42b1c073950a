using System.Text;
using Oci.Distribution.Authentication;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Distribution.Tests.Hostile;

/// <summary>Credentials never reach another origin, whatever the registry says and whatever the stranger asks.</summary>
public sealed class CredentialLeakTests
{
    private static readonly byte[] Content = new byte[300_000];
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);

    public static TheoryData<int, string> Redirects
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (int status in (int[])[301, 302, 303, 307, 308])
            {
                foreach (string scheme in (string[])["Basic", "Bearer"])
                {
                    data.Add(status, scheme);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task Redirect_ToAStranger_ThatWantsALogin(int status, string scheme)
    {
        await using var hosts = new TwoHosts(
            e => LoginAsync(e, () => e.RespondAsync(status, default, $"Location: http://{TwoHosts.Stranger}/x")),
            e => e.RespondAsync(401, default, $"WWW-Authenticate: {scheme} realm=\"http://{TwoHosts.Stranger}/token\",service=\"registry.example\""));
        Repository repository = hosts.Client.Repository("a");

        await Assert.ThrowsAnyAsync<RegistryException>(() => repository.Manifests.GetAsync("v1"));
        await Assert.ThrowsAnyAsync<RegistryException>(() => repository.ReadAsync(Blob));
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await repository.Tags.ListAsync().ToListAsync());
        await Assert.ThrowsAnyAsync<RegistryException>(() => repository.Blobs.PushAsync(Blob, new MemoryStream(Content)));
        await Assert.ThrowsAnyAsync<RegistryException>(() => repository.Manifests.PushAsync("{}"u8.ToArray(), MediaTypes.ImageManifest, new() { Tags = ["v1"] }));

        Assert.NotEmpty(hosts.Reached);
        hosts.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_ThatMovesToAStranger(bool chunked)
    {
        await using var hosts = new TwoHosts(
            e => LoginAsync(e, () => e.RespondAsync(e.Method == "HEAD" ? 404 : 202, default, $"Location: http://{TwoHosts.Stranger}/upload?state=x")),
            e => e.RespondAsync(e.Method == "PUT" ? 201 : 202, default, "Location: /upload?state=y", $"Range: 0-{Content.Length - 1}"));

        // distribution-spec: the location "may point to a different server"; the bytes go there, the login does not.
        await hosts.Client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = chunked });

        Assert.NotEmpty(hosts.Reached);
        hosts.AssertNothingLeaked();
    }

    [Fact]
    public async Task List_ThatGoesOnAtAStranger()
    {
        await using var hosts = new TwoHosts(
            e => LoginAsync(e, () => e.RespondAsync(200, """{"tags":["a"],"schemaVersion":2,"manifests":[]}"""u8.ToArray(), $"Link: <http://{TwoHosts.Stranger}/v2/a/tags/list?n=1>; rel=\"next\"")),
            e => e.RespondAsync(200));

        await Assert.ThrowsAsync<RegistryException>(async () => await hosts.Client.Repository("a").Tags.ListAsync().ToListAsync());
        await Assert.ThrowsAsync<RegistryException>(async () => await hosts.Client.Repository("a").Referrers.ListAsync(Blob.Digest).ToListAsync());

        Assert.Empty(hosts.Reached);
    }

    [Theory]
    [InlineData("http://stranger.example/token")]
    [InlineData("https://stranger.example/token")]
    [InlineData("https://registry.example.stranger.example/token")]
    [InlineData("https://registry.example@stranger.example/token")]
    public async Task Challenge_ThatNamesAStranger(string realm)
    {
        await using var hosts = new TwoHosts(
            e => e.RespondAsync(401, default, $"WWW-Authenticate: Bearer realm=\"{realm}\",service=\"x\""),
            e => e.RespondAsync(200, """{"token":"t"}"""u8.ToArray()));

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => hosts.Client.PingAsync());

        Assert.Empty(hosts.Reached);
    }

    [Fact]
    public async Task TokenService_ThatRedirectsToAStranger()
    {
        await using var hosts = new TwoHosts(
            e => e.Path == "/token"
                ? e.RespondAsync(307, default, $"Location: http://{TwoHosts.Stranger}{e.Target}")
                : e.RespondAsync(401, default, "WWW-Authenticate: Bearer realm=\"http://registry.example/token\""),
            e => e.RespondAsync(200, Encoding.UTF8.GetBytes($$"""{"token":"{{TwoHosts.Token}}"}""")));

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => hosts.Client.PingAsync());

        hosts.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task TokenService_ThatRedirectsAnIdentityTokenToAStranger(int status)
    {
        await using var hosts = new TwoHosts(
            e => e.Path == "/token"
                ? e.RespondAsync(status, default, $"Location: http://{TwoHosts.Stranger}/token")
                : e.RespondAsync(401, default, "WWW-Authenticate: Bearer realm=\"http://registry.example/token\""),
            e => e.RespondAsync(200, """{"token":"t"}"""u8.ToArray()),
            RegistryCredential.FromIdentityToken(TwoHosts.Token));

        var e = await Assert.ThrowsAsync<RegistryException>(() => hosts.Client.PingAsync());

        Assert.Contains("registry.example redirects", e.Message);
        Assert.Contains($"http://{TwoHosts.Stranger}", e.Message);
        Assert.Contains("POST /token", hosts.Requests);
        Assert.Empty(hosts.Reached);
    }

    [Fact]
    public async Task Stranger_ThatSendsBackToTheRegistry_BringsNoLoginThere()
    {
        var seen = new List<string?>();
        await using var hosts = new TwoHosts(
            e =>
            {
                if (e.Path == "/back")
                {
                    seen.Add(e["Authorization"]);
                    return e.RespondAsync(200, "{}"u8.ToArray());
                }
                return LoginAsync(e, () => e.RespondAsync(307, default, $"Location: http://{TwoHosts.Stranger}/there"));
            },
            e => e.RespondAsync(307, default, "Location: http://registry.example/back"));

        await hosts.Client.PingAsync();

        // What a stranger makes a client ask of the registry must not be asked in the user's name.
        Assert.Equal([null], seen);
        hosts.AssertNothingLeaked();
    }

    private static Task LoginAsync(Exchange e, Func<Task> answer) => e["Authorization"] is null
        ? e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"registry\"")
        : answer();
}
