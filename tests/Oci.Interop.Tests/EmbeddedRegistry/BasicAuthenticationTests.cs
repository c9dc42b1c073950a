using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;

namespace Oci.Interop.Tests.EmbeddedRegistry;

public sealed class BasicAuthenticationTests : IDisposable
{
    private const string Password = "pass:wörd";

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

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

    private async Task<EmbeddedHost> StartAsync()
    {
        string htpasswd = (await ToolResult.RunAsync(Requires.Tool("htpasswd"), ["-nbB", "-C", "4", "alice", Password])).EnsureSuccess().Output;
        await File.WriteAllTextAsync(_folder.Combine("htpasswd"), htpasswd);
        return await EmbeddedHost.StartAsync(services: services => services.AddAuthentication().AddOciHtpasswd(options => options.File = _folder.Combine("htpasswd")));
    }

    private sealed class OneWayStream(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;
    }
}
