using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Oci.Interop.Tests.Registry;

/// <summary>The registry as a service: how it starts, answers over https, and stops.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task Terminate_InTheMiddleOfAChunk_LetsItEndAndKeepsTheSession()
    {
        Requires.Tool("kill");
        using var folder = new TempDirectory();
        string location;
        await using (RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data")))
        {
            using var client = new HttpClient { BaseAddress = registry.Address };
            using HttpResponseMessage post = await client.PostAsync("/v2/a/blobs/uploads/", null);
            location = post.Headers.Location!.ToString();
            using RawPeer peer = await RawPeer.ConnectAsync(registry.Address);
            await peer.WriteAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
            await peer.WriteAsync(new byte[600_000]);
            while (await StatusAsync(client, location) < 2)
            {
            }

            Task terminated = registry.TerminateAsync();
            await RefusesAsync(registry.Address);
            Assert.False(terminated.IsCompleted);
            await peer.WriteAsync(new byte[400_000]);
            Assert.StartsWith("HTTP/1.1 202 ", await peer.ReadToEndAsync());
            await terminated;
            Assert.Equal(0, registry.ExitCode);
        }

        await using RegistryProcess after = await RegistryProcess.StartAsync(folder.Combine("data"));
        using var again = new HttpClient { BaseAddress = after.Address };
        Assert.Equal(1_000_000, await StatusAsync(again, location));
    }

    [Fact]
    public async Task Https_WithACertificateAndItsKey_Answers()
    {
        using var folder = new TempDirectory();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        await File.WriteAllTextAsync(folder.Combine("cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.Combine("key.pem"), key.ExportPkcs8PrivateKeyPem());
        await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"), ["--cert", folder.Combine("cert.pem"), "--key", folder.Combine("key.pem")], []);
        string? seen = null;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, given, _, _) => (seen = given!.GetCertHashString()) is not null },
        };
        using var client = new HttpClient(handler) { BaseAddress = registry.Address };

        using HttpResponseMessage response = await client.GetAsync("/v2/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(certificate.GetCertHashString(), seen);
        Assert.Equal("Healthy", await client.GetStringAsync("/healthz"));
    }

    [Theory]
    [InlineData("--tokens", "--htpasswd")]
    [InlineData("--key x", "--cert")]
    [InlineData("--proxy registry.example", "https://")]
    [InlineData("--htpasswd /nowhere/users", "/nowhere/users")]
    [InlineData("--cert /nowhere/cert --key /nowhere/key --urls https://127.0.0.1:0", "/nowhere/cert")]
    public async Task Start_WithOptionsThatCannotBe_SaysSoInOneLine(string options, string problem)
    {
        using var folder = new TempDirectory();

        ToolResult result = await ToolResult.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "registry.dll"), "--data", folder.Combine("data"), .. options.Split(' ')]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(problem, result.Error);
        Assert.Equal("", result.Output);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Help_TeachesByExamples()
    {
        ToolResult help = (await ToolResult.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "registry.dll"), "--help"])).EnsureSuccess();

        foreach (string part in (string[])["--urls <URL>", "--htpasswd <FILE>", "--proxy <URL>", "--cert <FILE>", "Examples:", "/healthz", "SIGTERM"])
        {
            Assert.Contains(part, help.Output);
        }
    }

    private static async Task<long> StatusAsync(HttpClient client, string location)
    {
        using HttpResponseMessage status = await client.GetAsync(location);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        return long.Parse(status.Headers.GetValues("Range").Single()[2..]) + 1;
    }

    // The sign that it is stopping: it takes no more connections.
    private static async Task RefusesAsync(Uri address)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            cancellation.Token.ThrowIfCancellationRequested();
            try
            {
                using RawPeer peer = await RawPeer.ConnectAsync(address);
            }
            catch (System.Net.Sockets.SocketException)
            {
                return;
            }
        }
    }
}
