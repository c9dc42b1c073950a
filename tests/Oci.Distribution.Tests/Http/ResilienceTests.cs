using System.Net;
using System.Net.Sockets;
using System.Text;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Http;

public sealed class ResilienceTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Send_AfterAStatusThatMayPass_TriesAgain(int status)
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(++calls < 3 ? status : 200));
        using RegistryClient client = registry.CreateClient();

        await client.PingAsync();

        Assert.Equal(3, calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task Send_AfterAnyOtherStatus_DoesNot(int status)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(status));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Equal((HttpStatusCode)status, e.StatusCode);
        Assert.False(e.IsTransient);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Send_WhenItNeverPasses_TellsTheLastAnswer()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(503, """{"errors":[{"code":"UNAVAILABLE","message":"later"}]}"""u8.ToArray(), "Retry-After: 1"));
        var clock = new QuickTimeProvider();
        using RegistryClient client = registry.CreateClient(clock.Configure);

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Equal(5, registry.Requests.Count);
        Assert.True(e.IsTransient);
        Assert.True(e.Has("unavailable"));
        Assert.Equal(TimeSpan.FromSeconds(1), e.RetryAfter);
        Assert.Equal(4, clock.Waits.Count(w => w == TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task RetryAfter_AsADate_IsWaitedFor()
    {
        var clock = new QuickTimeProvider();
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => ++calls == 1
            ? e.RespondAsync(429, default, $"Retry-After: {clock.GetUtcNow().AddSeconds(3):R}")
            : e.RespondAsync(200));
        using RegistryClient client = registry.CreateClient(clock.Configure);

        await client.PingAsync();

        Assert.Contains(TimeSpan.FromSeconds(3), clock.Waits);
    }

    [Fact]
    public async Task RetryAfter_LongerThanIsAllowed_FailsAtOnceAndTellsIt()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(429, default, "Retry-After: 3600"));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Equal(TimeSpan.FromHours(1), e.RetryAfter);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Send_AfterABrokenConnection_TriesAgain()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (++calls < 3)
            {
                e.Close(reset: true);
                return;
            }
            await e.RespondAsync(200);
        });
        using RegistryClient client = registry.CreateClient();

        await client.PingAsync();

        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Send_ToAPeerThatSaysNothing_EndsInTime()
    {
        await using var registry = new ScriptedRegistry(e => e.HangAsync());
        using RegistryClient client = registry.CreateClient(o =>
        {
            o.ResponseTimeout = TimeSpan.FromMilliseconds(100);
            o.MaxRetries = 1;
        });

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.True(e.IsTransient);
        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task Send_ThatIsCancelled_ThrowsWithTheCallersToken()
    {
        using var cancellation = new CancellationTokenSource();
        await using var registry = new ScriptedRegistry(async e =>
        {
            await cancellation.CancelAsync();
            await e.HangAsync();
        });
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PingAsync(cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{\"errors\":null}")]
    [InlineData("{\"errors\":[null]}")]
    [InlineData("{\"errors\":{}}")]
    [InlineData("<html>")]
    public async Task Errors_InABodyThatIsNoSuchThing_AreNone(string body)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(400, Encoding.UTF8.GetBytes(body)));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Empty(e.Errors);
        Assert.Equal(HttpStatusCode.BadRequest, e.StatusCode);
    }

    [Fact]
    public async Task Errors_AreToldWithoutControlCharacters()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(400, """{"errors":[{"code":"X","message":"a\u001b[31m\nb","detail":{"k":[1]}},{"message":"c"}]}"""u8.ToArray()));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Equal([new RegistryError("X", "a [31m b", """{"k":[1]}"""), new RegistryError("UNKNOWN", "c", null)], e.Errors);
    }

    [Fact]
    public async Task Errors_ThatRepeatTheCredentials_AreToldWithoutThem()
    {
        await using var registry = new ScriptedRegistry(e => e["Authorization"] is string sent
            ? e.RespondAsync(403, Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"DENIED","message":"you sent {{sent}}, which is alice and s3cr3t-word","detail":"{{sent}}"}]}"""))
            : e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"x\""));
        using RegistryClient client = registry.CreateClient(o => o.Credentials = new StaticCredentialSource(registry.Address.Authority, RegistryCredential.FromPassword("alice", "s3cr3t-word")));

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Contains("you sent Basic ***, which is alice and ***", e.Message);
        Assert.Equal("\"Basic ***\"", e.Errors[0].Detail);
    }

    [Fact]
    public async Task Send_ToAHostThatIsNotThere_FailsAtOnceAndSaysWhatToDo()
    {
        int attempts = 0;
        using var client = new RegistryClient(new Uri("http://registry.invalid/"), new RegistryClientOptions
        {
            RetryDelay = TimeSpan.FromMilliseconds(1),
            ConfigureHandler = handler => handler.ConnectCallback = (_, _) =>
            {
                attempts++;
                throw new SocketException((int)SocketError.HostNotFound);
            },
        });

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Equal(1, attempts);
        Assert.False(e.IsTransient);
        Assert.EndsWith("(registry.invalid:80). Check the registry's name, and that this machine can resolve names.", e.Message);
    }

    [Fact]
    public async Task Errors_InABodyWithoutEnd_AreCapped()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(400, "Content-Type: application/json");
            var junk = new byte[64 * 1024];
            while (true)
            {
                await e.SendAsync(junk);
            }
        });
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        Assert.Equal(HttpStatusCode.BadRequest, e.StatusCode);
    }

    [Theory]
    [InlineData("299 - \"careful, \\\"friend\\\"\"", "careful, \"friend\"")]
    [InlineData("299 - \"open", null)]
    [InlineData("199 - \"other\"", null)]
    [InlineData("299 host \"other\"", null)]
    public async Task Warnings_OfTheSpecsForm_AreToldOn(string header, string? expected)
    {
        var warnings = new List<RegistryWarning>();
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, default, $"Warning: {header}"));
        using RegistryClient client = registry.CreateClient(o => o.OnWarning = warnings.Add);

        await client.PingAsync();

        Assert.Equal(expected is null ? [] : [expected], warnings.Select(w => w.Text));
    }
}
