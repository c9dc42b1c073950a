using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Oci.Distribution.Authentication;
using Oci.Image;

namespace Oci.Distribution.Tests.Http;

/// <summary>Every way of logging in, with secrets wherever they can be: none comes out in a log, a span, a metric or an exception.</summary>
public sealed class RedactionTests : IDisposable
{
    private static readonly string[] Secrets = ["PASSW0RDsecret", "IDENT1TYsecret", "BEAR3Rsecret", "S1GNATUREsecret", "SESS10Nsecret", "US3RINFOsecret", "B0DYsecret"];

    private readonly ConcurrentQueue<string> _told = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public RedactionTests()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Oci.Distribution",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => _told.Enqueue($"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects)} {string.Join(' ', a.Events.SelectMany(e => e.Tags))} {string.Join(' ', a.Baggage)}"),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Oci.Distribution")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => _told.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        _meters.Start();
    }

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    [Theory]
    [InlineData("anonymous", true)]
    [InlineData("basic", true)]
    [InlineData("basic", false)]
    [InlineData("bearer", true)]
    [InlineData("bearer", false)]
    [InlineData("identity", true)]
    [InlineData("identity", false)]
    [InlineData("badtoken", false)]
    [InlineData("badrealm", false)]
    public async Task Flow_TellsNoSecret(string flow, bool succeeds)
    {
        await using var registry = new ScriptedRegistry(e => AnswerAsync(e, flow, succeeds));
        byte[] blob = "content"u8.ToArray();
        Descriptor descriptor = Descriptor.Create(MediaTypes.Layer, blob);
        using RegistryClient client = registry.CreateClient(o =>
        {
            o.LoggerFactory = LoggerFactory.Create(_told);
            o.MaxRetries = 1;
            o.Credentials = flow switch
            {
                "anonymous" => null,
                "identity" => new StaticCredentialSource(registry.Address.Authority, RegistryCredential.FromIdentityToken("IDENT1TYsecret")),
                _ => new StaticCredentialSource(registry.Address.Authority, RegistryCredential.FromPassword("me", "PASSW0RDsecret")),
            };
        });
        Repository repository = client.Repository("a");

        await TryAsync(() => client.PingAsync());
        await TryAsync(() => repository.Manifests.GetAsync("v1"));
        await TryAsync(async () => await (await repository.OpenAsync(descriptor)).CopyToAsync(Stream.Null));
        await TryAsync(() => repository.Blobs.PushAsync(descriptor, new MemoryStream(blob)));
        await TryAsync(() => repository.Tags.ListAsync().ToListAsync().AsTask());
        await TryAsync(() => repository.Blobs.DeleteAsync(descriptor.Digest));

        Assert.NotEmpty(registry.Requests);
        Assert.Contains(_told, t => t.Contains("http.request.method", StringComparison.Ordinal));
        foreach (string text in _told)
        {
            Assert.DoesNotContain(Secrets, secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(Convert.ToBase64String("me:PASSW0RDsecret"u8), text);
        }
    }

    [Fact]
    public async Task Span_HasTheNamesOfTheConventions()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("spans/blobs/of").Manifests.GetAsync("v1");

        string span = Assert.Single(_told, t => t.Contains("spans/blobs/of", StringComparison.Ordinal));
        Assert.StartsWith("GET /v2/{name}/manifests/{reference} ", span);
        foreach (string tag in (string[])["[http.request.method, GET]", "[server.address, 127.0.0.1]", $"[server.port, {registry.Address.Port}]", $"[url.full, {registry.Address}v2/spans/blobs/of/manifests/v1]", "[http.response.status_code, 404]", "[error.type, 404]"])
        {
            Assert.Contains(tag, span);
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e)
        {
            _told.Enqueue(e.ToString());
            for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            {
                _told.Enqueue($"{inner.Message} {(inner as RegistryException)?.RequestUri} {string.Join(' ', (inner as RegistryException)?.Errors.Select(x => $"{x} {x.Detail}") ?? [])} {(inner as RegistryAuthenticationException)?.Credential}");
            }
        }
    }

    private static Task AnswerAsync(Exchange e, string flow, bool succeeds)
    {
        bool isBasic = flow is "basic";
        if (e.Path == "/token")
        {
            return flow == "badtoken" ? e.RespondAsync(200, "{\"token\":\"BEAR3Rsecret\", nonsense BEAR3Rsecret"u8.ToArray())
                : succeeds || flow == "anonymous" ? e.RespondAsync(200, "{\"token\":\"BEAR3Rsecret\"}"u8.ToArray())
                : e.RespondAsync(401, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"PASSW0RDsecret IDENT1TYsecret\"}]}"u8.ToArray());
        }
        if (flow != "anonymous" && (e["Authorization"] is null || !succeeds))
        {
            string realm = flow == "badrealm" ? "https://US3RINFOsecret:x@127.0.0.1/token?token=SESS10Nsecret" : $"http://{e["Host"]}/token?sig=S1GNATUREsecret";
            return e.RespondAsync(401, Echo(e), isBasic ? "WWW-Authenticate: Basic realm=\"B0DYsecret\"" : $"WWW-Authenticate: Bearer realm=\"{realm}\",service=\"s\"");
        }
        if (e.Path == "/storage")
        {
            return e.RespondAsync(403, Echo(e));
        }
        return e.Method switch
        {
            "POST" => e.RespondAsync(202, default, "Location: /v2/a/blobs/uploads/1?_state=SESS10Nsecret&token=BEAR3Rsecret"),
            "PUT" => e.RespondAsync(500, Echo(e)),
            "HEAD" => e.RespondAsync(404),
            "DELETE" => e.RespondAsync(307, default, "Location: https://US3RINFOsecret:pw@elsewhere.example/?sig=S1GNATUREsecret"),
            _ when e.Path.Contains("/blobs/", StringComparison.Ordinal) => e.RespondAsync(307, default, $"Location: /storage?X-Amz-Signature=S1GNATUREsecret&sig=S1GNATUREsecret"),
            _ when e.Path.Contains("/tags/", StringComparison.Ordinal) => e.RespondAsync(200, "{\"tags\":[]}"u8.ToArray(), "Link: <ftp://US3RINFOsecret@x/?token=SESS10Nsecret>; rel=\"next\"", "Warning: 299 - \"all is well\""),
            _ => e.RespondAsync(404, Echo(e)),
        };
    }

    // A server that repeats what it was sent, and where its storage is.
    private static byte[] Echo(Exchange e) => Encoding.UTF8.GetBytes($$"""
        {"errors":[{"code":"X","message":"got {{e["Authorization"]}} at https://US3RINFOsecret:x@s3.example/b?X-Amz-Signature=S1GNATUREsecret&sig=S1GNATUREsecret",
        "detail":{"url":"http://s3.example/?token=SESS10Nsecret","header":"{{e["Authorization"]}}" } } ] }
        """);

    private sealed class LoggerFactory(ConcurrentQueue<string> told) : ILoggerFactory, ILogger
    {
        public static ILoggerFactory Create(ConcurrentQueue<string> told) => new LoggerFactory(told);

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            told.Enqueue($"{formatter(state, exception)} {exception} {string.Join(' ', state as IEnumerable<KeyValuePair<string, object?>> ?? [])}");
    }
}
