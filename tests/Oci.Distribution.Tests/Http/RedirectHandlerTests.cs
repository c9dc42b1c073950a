using System.Net;
using System.Net.Http.Headers;
using Oci.Distribution.Http;

namespace Oci.Distribution.Tests.Http;

public sealed class RedirectHandlerTests
{
    [Theory]
    [InlineData("https://other.example/x")]
    [InlineData("https://registry.example:444/x")]
    [InlineData("https://registry.example.evil.example/x")]
    public async Task Send_ToAnotherOrigin_DropsCredentials(string target)
    {
        List<HttpRequestMessage> seen = await SendAsync("https://registry.example/v2/", HttpMethod.Get, target);

        Assert.NotNull(seen[0].Headers.Authorization);
        Assert.Null(seen[1].Headers.Authorization);
        Assert.Equal("bytes=5-", seen[1].Headers.Range!.ToString());
    }

    [Fact]
    public async Task Send_AwayAndBack_DoesNotBringCredentialsBack()
    {
        List<HttpRequestMessage> seen = await SendAsync("https://registry.example/v2/", HttpMethod.Get, "https://other.example/x", "https://registry.example/y");

        Assert.Equal(3, seen.Count);
        Assert.Null(seen[2].Headers.Authorization);
    }

    [Fact]
    public async Task Send_WithinTheOrigin_KeepsCredentialsAndQuery()
    {
        List<HttpRequestMessage> seen = await SendAsync("https://registry.example/v2/", HttpMethod.Head, "../elsewhere?a=b%2Fc");

        Assert.Equal("https://registry.example/elsewhere?a=b%2Fc", seen[1].RequestUri!.AbsoluteUri);
        Assert.Equal(HttpMethod.Head, seen[1].Method);
        Assert.NotNull(seen[1].Headers.Authorization);
    }

    [Theory]
    [InlineData("http://registry.example/x")]
    [InlineData("ftp://registry.example/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@registry.example/x")]
    public async Task Send_ToWhereItMustNot_IsRefused(string target)
    {
        var e = await Assert.ThrowsAsync<RegistryException>(() => SendAsync("https://registry.example/v2/?secret", HttpMethod.Get, target));

        Assert.DoesNotContain("secret", e.Message);
        Assert.DoesNotContain("password@", e.Message);
    }

    [Fact]
    public async Task Send_InACircle_Ends()
    {
        string[] targets = [.. Enumerable.Repeat("https://registry.example/x", 11)];

        await Assert.ThrowsAsync<RegistryException>(() => SendAsync("https://registry.example/v2/", HttpMethod.Get, targets));
    }

    [Fact]
    public async Task Send_OfABody_IsOnlyRepeatedBy307And308()
    {
        await Assert.ThrowsAsync<RegistryException>(() => SendAsync("https://registry.example/v2/", HttpMethod.Put, "https://registry.example/x"));
        List<HttpRequestMessage> seen = await SendAsync("https://registry.example/v2/", HttpMethod.Put, HttpStatusCode.TemporaryRedirect, new ByteArrayContent([1]), "https://registry.example/x");
        Assert.Equal(HttpMethod.Put, seen[1].Method);
        Assert.NotNull(seen[1].Content);
        await Assert.ThrowsAsync<RegistryException>(() =>
            SendAsync("https://registry.example/v2/", HttpMethod.Put, HttpStatusCode.TemporaryRedirect, new StreamContent(Stream.Null), "https://registry.example/x"));
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("2606:4700::1", false)]
    [InlineData("64:ff9b::808:808", false)]
    public void PrivateAddress_IsToldApart(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, PrivateAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.255.255.1")]
    [InlineData("169.254.169.254")]
    public async Task Send_ToAPrivateAddressThatARegistryNames_IsRefusedAtConnect(string host)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(307, default, $"Location: http://{host}/latest/meta-data"));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Contains("private address", e.Message);
        Assert.Single(registry.Requests);
    }

    private static Task<List<HttpRequestMessage>> SendAsync(string uri, HttpMethod method, params string[] targets) =>
        SendAsync(uri, method, HttpStatusCode.Found, null, targets);

    private static async Task<List<HttpRequestMessage>> SendAsync(string uri, HttpMethod method, HttpStatusCode status, HttpContent? content, params string[] targets)
    {
        var inner = new RedirectingHandler(status, targets);
        using var invoker = new HttpMessageInvoker(new RedirectHandler(inner, allowHttp: false));
        var request = new HttpRequestMessage(method, uri) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "x");
        request.Headers.Range = new RangeHeaderValue(5, null);
        using HttpResponseMessage response = await invoker.SendAsync(request, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return inner.Seen;
    }

    private sealed class RedirectingHandler(HttpStatusCode status, string[] targets) : HttpMessageHandler
    {
        public List<HttpRequestMessage> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(request);
            var response = new HttpResponseMessage(Seen.Count <= targets.Length ? status : HttpStatusCode.OK) { RequestMessage = request };
            if (Seen.Count <= targets.Length)
            {
                response.Headers.TryAddWithoutValidation("Location", targets[Seen.Count - 1]);
            }
            return Task.FromResult(response);
        }
    }
}
