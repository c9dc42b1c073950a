using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Oci.Distribution.Configuration;

namespace Oci.Distribution.Tests.Configuration;

public sealed class RegistryCertificatesTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _directory.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Registry_OfAnAuthorityThatIsGiven_IsSpokenTo()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200), _authority.Serve());
        using RegistryClient client = registry.CreateClient(o => o.Certificates = new RegistryCertificates([_authority.Root]));

        await client.PingAsync();

        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData("none", "was issued by 'CN=Test authority', which is not trusted here", "certs.d")]
    [InlineData("other", "was issued by 'CN=Test authority', which is not trusted here", "certs.d")]
    [InlineData("same name", "", "")]
    [InlineData("name", "is for other.example, and not for 127.0.0.1", "Name the registry as its certificate does")]
    [InlineData("expired", "is not valid at this time", "renewed")]
    public async Task Registry_WhoseCertificateIsNotRight_IsRefusedWithWhatToDo(string what, string problem, string hint)
    {
        using var other = new TestAuthority(what == "same name" ? "Test authority" : "Other authority");
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200), _authority.Serve(what == "name" ? "other.example" : "127.0.0.1", what == "expired"));
        X509Certificate2[] trusted = what switch
        {
            "none" => [],
            "other" or "same name" => [other.Root],
            _ => [_authority.Root],
        };
        using RegistryClient client = registry.CreateClient(o => o.Certificates = new RegistryCertificates(trusted));

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Contains(problem, e.Message);
        Assert.Contains(hint, e.Hint);
        Assert.False(e.IsTransient);
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Registry_ThatDemandsACertificate_GetsIt_OrTheErrorSaysSo(bool has)
    {
        string? shown = null;
        SslServerAuthenticationOptions tls = _authority.Serve();
        tls.ClientCertificateRequired = true;
        tls.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = certificate?.Subject;
            return certificate is not null;
        };
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200), tls);
        _authority.WriteClient(_directory.Path, "me");
        RegistryCertificates loaded = RegistryCertificates.Load(_directory.Path);
        using RegistryClient client = registry.CreateClient(o => o.Certificates = new RegistryCertificates([_authority.Root], has ? loaded.ClientCertificate : null));

        if (has)
        {
            await client.PingAsync();
            Assert.Equal("CN=me", shown);
        }
        else
        {
            var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());
            Assert.Contains("asks for a client certificate", e.Message);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Registry_ThatIsInsecure_IsSpokenToByTlsOrWithout(bool tls)
    {
        string? authorization = null;
        await using var registry = new ScriptedRegistry(
            e =>
            {
                if (e.Method == "POST")
                {
                    // Behind TLS a registry names itself by https.
                    return e.RespondAsync(202, default, $"Location: {(tls ? "https" : "http")}://{e["Host"]}/v2/a/blobs/uploads/1?s=x");
                }
                authorization = e["Authorization"];
                return e.Method == "HEAD" ? e.RespondAsync(404)
                    : authorization is null ? e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"x\"")
                    : e.RespondAsync(e.Method == "GET" ? 200 : 201);
            },
            tls ? _authority.Serve("wrong.example", isExpired: true) : null);
        var credentials = new Oci.Distribution.Authentication.StaticCredentialSource(registry.Address.Authority, Oci.Distribution.Authentication.RegistryCredential.FromPassword("me", "pw"));
        using RegistryClient client = RegistryClient.For(Reference.Parse($"{registry.Address.Authority}/a"), new() { Insecure = true, Credentials = credentials });

        await client.PingAsync();
        await client.Repository("a").Blobs.PushAsync(Oci.Image.Descriptor.Create(Oci.Image.MediaTypes.Layer, "x"u8.ToArray()), new MemoryStream("x"u8.ToArray()));

        Assert.Equal("Basic bWU6cHc=", authorization);
        Assert.Contains(registry.Requests, r => r.StartsWith("PUT /v2/a/blobs/uploads/1?s=x&digest=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Storage_ThatARegistryRedirectsTo_IsCheckedAndShownNothing()
    {
        using var other = new TestAuthority("Other authority");
        string? shown = null;
        SslServerAuthenticationOptions tls = other.Serve();
        tls.ClientCertificateRequired = true;
        tls.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = certificate?.Subject;
            return true;
        };
        await using var storage = new ScriptedRegistry(e => e.RespondAsync(200, "{}"u8.ToArray()), tls);
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(307, default, $"Location: {storage.Address}x"), _authority.Serve());
        _authority.WriteClient(_directory.Path, "me");
        RegistryCertificates loaded = RegistryCertificates.Load(_directory.Path);

        foreach (bool insecure in (bool[])[true, false])
        {
            using RegistryClient client = registry.CreateClient(o =>
            {
                o.Insecure = insecure;
                o.Certificates = new RegistryCertificates([_authority.Root], loaded.ClientCertificate);
            });
            var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());
            Assert.Contains("'CN=Other authority', which is not trusted here", e.Message);
        }
        Assert.Empty(storage.Requests);
        using RegistryClient trusting = registry.CreateClient(o => o.Certificates = new RegistryCertificates([_authority.Root, other.Root], loaded.ClientCertificate));
        await trusting.PingAsync();

        Assert.Single(storage.Requests);
        Assert.Null(shown);
    }

    [Fact]
    public void LoadFor_TakesTheFirstFolderThatHasOne()
    {
        string first = Directory.CreateDirectory(_directory.Combine("first", "a.example:5000")).FullName;
        string second = Directory.CreateDirectory(_directory.Combine("second", "a.example:5000")).FullName;
        File.WriteAllText(Path.Combine(first, "ca.crt"), _authority.Root.ExportCertificatePem() + '\n' + _authority.Root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(first, "README"), "not a certificate");
        _authority.WriteClient(second, "client");
        string[] folders = [_directory.Combine("absent"), _directory.Combine("first"), _directory.Combine("second")];

        RegistryCertificates? found = RegistryCertificates.LoadFor("a.example:5000", folders);

        Assert.Equal(2, found!.Authorities.Count);
        Assert.Null(found.ClientCertificate);
        Assert.Null(RegistryCertificates.LoadFor("a.example", folders));
        Assert.Equal("CN=client", RegistryCertificates.LoadFor("a.example:5000", folders[2..])!.ClientCertificate!.Subject);
        Assert.Throws<FormatException>(() => RegistryCertificates.LoadFor("../x", folders));
    }

    [Theory]
    [InlineData("a.crt", "nothing", "no certificate in PEM")]
    [InlineData("a.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "cannot be read")]
    [InlineData("a.cert", "x", "has no a.key")]
    [InlineData("a.key", "x", "has no a.cert")]
    public void Load_OfABadFile_NamesIt(string name, string content, string problem)
    {
        File.WriteAllText(_directory.Combine(name), content);

        var e = Assert.Throws<RegistryException>(() => RegistryCertificates.Load(_directory.Path));

        Assert.Contains(problem, e.Message);
        Assert.Contains(_directory.Combine(name), e.Message);
    }

    [Fact]
    public void Load_OfAKeyThatIsAnothers_NamesItAndNoSecret()
    {
        _authority.WriteClient(_directory.Path, "a");
        _authority.WriteClient(_directory.Path, "b");
        File.Delete(_directory.Combine("b.cert"));
        File.Move(_directory.Combine("b.key"), _directory.Combine("a.key"), overwrite: true);

        var e = Assert.ThrowsAny<Exception>(() => RegistryCertificates.Load(_directory.Path));

        Assert.Contains("a.key", Assert.IsType<RegistryException>(e).Message);
    }
}
