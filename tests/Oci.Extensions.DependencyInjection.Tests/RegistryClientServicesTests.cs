using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Distribution.Configuration;

namespace Oci.Extensions.DependencyInjection.Tests;

public sealed class RegistryClientServicesTests
{
    private static readonly Uri Registry = new("https://registry.example");

    [Fact]
    public async Task Client_GoesThroughTheHandlersOfTheApp_AndRetriesAboveThem()
    {
        int count = 0;
        var network = new ScriptedHandler(_ => ScriptedHandler.Respond(++count < 3 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        var counting = new CountingHandler();
        await using ServiceProvider provider = Provide(services => services
            .AddOciRegistryClient(Registry, o => o.RetryDelay = TimeSpan.FromMilliseconds(1))
            .ConfigurePrimaryHttpMessageHandler(() => network)
            .AddHttpMessageHandler(() => counting));

        await provider.GetRequiredService<RegistryClient>().PingAsync();

        Assert.Equal(3, counting.Count);
        Assert.Same(provider.GetRequiredService<RegistryClient>(), provider.GetRequiredService<RegistryClient>());
    }

    [Fact]
    public async Task Client_KeepsItsOwnRulesForChallengesAndRedirects()
    {
        var network = new ScriptedHandler(r => r.RequestUri!.AbsolutePath switch
        {
            "/v2/" when r.Headers.Authorization is null => ScriptedHandler.Respond(HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Basic realm=\"x\"")),
            "/v2/" => ScriptedHandler.Respond(HttpStatusCode.TemporaryRedirect, ("Location", "http://registry.example/plain")),
            _ => ScriptedHandler.Respond(HttpStatusCode.OK),
        });
        await using ServiceProvider provider = Provide(services =>
        {
            services.AddSingleton<ICredentialSource>(new StaticCredentialSource("registry.example", RegistryCredential.FromPassword("me", "pw")));
            services.AddOciRegistryClient(Registry).ConfigurePrimaryHttpMessageHandler(() => network);
        });

        var e = await Assert.ThrowsAsync<RegistryException>(() => provider.GetRequiredService<RegistryClient>().PingAsync());

        Assert.Contains("redirected from https to http", e.Message);
        Assert.Equal(["GET https://registry.example/v2/", "GET https://registry.example/v2/ Basic bWU6cHc="], network.Requests);
    }

    [Theory]
    [InlineData("redirects")]
    [InlineData("cookies")]
    [InlineData("decompression")]
    [InlineData("credentials")]
    [InlineData("old")]
    public void Client_OverAPrimaryHandlerThatWouldUndoItsRules_IsRefused(string what)
    {
        using ServiceProvider provider = Provide(services => services.AddOciRegistryClient(Registry)
            .ConfigurePrimaryHttpMessageHandler(() => what == "old"
                ? new HttpClientHandler()
                : new SocketsHttpHandler
                {
                    AllowAutoRedirect = what == "redirects",
                    UseCookies = what == "cookies",
                    AutomaticDecompression = what == "decompression" ? DecompressionMethods.All : DecompressionMethods.None,
                    Credentials = what == "credentials" ? CredentialCache.DefaultCredentials : null,
                })
            .AddHttpMessageHandler(() => new CountingHandler()));

        var e = Assert.Throws<ArgumentException>(provider.GetRequiredService<RegistryClient>);

        Assert.Contains("RegistryClientOptions.CreateHandler", e.Message);
    }

    [Fact]
    public async Task Client_OverAPrimaryHandlerThatIsChangedRightly_IsTaken()
    {
        await using ServiceProvider provider = Provide(services => services.AddOciRegistryClient(Registry)
            .ConfigurePrimaryHttpMessageHandler((handler, _) => ((SocketsHttpHandler)handler).MaxConnectionsPerServer = 3));

        Assert.Equal(Registry, provider.GetRequiredService<RegistryClient>().Registry);
    }

    [Fact]
    public async Task Clients_WithNames_AreKeptApart()
    {
        var one = new ScriptedHandler(_ => ScriptedHandler.Respond(HttpStatusCode.OK));
        var two = new ScriptedHandler(_ => ScriptedHandler.Respond(HttpStatusCode.OK));
        await using ServiceProvider provider = Provide(services =>
        {
            services.AddOciRegistryClient("one", new Uri("https://one.example")).ConfigurePrimaryHttpMessageHandler(() => one);
            services.AddOciRegistryClient("two", new Uri("https://two.example"), o => o.UserAgent = "second").ConfigurePrimaryHttpMessageHandler(() => two);
        });

        await provider.GetRequiredKeyedService<RegistryClient>("two").PingAsync();

        Assert.Empty(one.Requests);
        Assert.Equal("GET https://two.example/v2/", Assert.Single(two.Requests));
        Assert.Null(provider.GetService<RegistryClient>());
    }

    [Fact]
    public async Task Client_TakesLoggingFromTheServices_AndTheFactoryTellsNoAddresses()
    {
        var messages = new RecordingLoggerProvider();
        var network = new ScriptedHandler(r => r.Method == HttpMethod.Post
            ? ScriptedHandler.Respond(HttpStatusCode.Accepted, ("Location", "/v2/a/blobs/uploads/1?_state=s3cret"))
            : ScriptedHandler.Respond(r.Method == HttpMethod.Put ? HttpStatusCode.Created : HttpStatusCode.NotFound));
        await using ServiceProvider provider = Provide(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(messages));
            services.AddOciRegistryClient(Registry).ConfigurePrimaryHttpMessageHandler(() => network);
        });

        await provider.GetRequiredService<RegistryClient>().Repository("a").Blobs.PushAsync(
            Oci.Image.Descriptor.Create(Oci.Image.MediaTypes.Layer, "x"u8.ToArray()), new MemoryStream("x"u8.ToArray()));

        Assert.Contains(network.Requests, r => r.Contains("s3cret", StringComparison.Ordinal));
        Assert.Contains(messages.Told, m => m.StartsWith("Oci.Distribution:", StringComparison.Ordinal));
        Assert.DoesNotContain(messages.Told, m => m.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_TakesTheClockFromTheServices()
    {
        var clock = new ClockOf2030();
        var network = new ScriptedHandler(_ => ScriptedHandler.Respond(HttpStatusCode.ServiceUnavailable, ("Retry-After", "Tue, 01 Jan 2030 01:00:00 GMT")));
        await using ServiceProvider provider = Provide(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddOciRegistryClient(Registry).ConfigurePrimaryHttpMessageHandler(() => network);
        });

        var e = await Assert.ThrowsAsync<RegistryException>(() => provider.GetRequiredService<RegistryClient>().PingAsync());

        Assert.Equal(TimeSpan.FromHours(1), e.RetryAfter);
    }

    [Fact]
    public void Pool_IsASingleton_WithItsOptions()
    {
        using ServiceProvider provider = Provide(services => services.AddOciRegistryClientPool(o => o.Registries = RegistriesConfiguration.Parse("[[registry]]\nlocation = 'a.example'\nblocked = true")));

        RegistryClientPool pool = provider.GetRequiredService<RegistryClientPool>();

        Assert.Same(pool, provider.GetRequiredService<RegistryClientPool>());
        Assert.Throws<RegistryException>(() => pool.Open(Reference.Parse("a.example/x")));
    }

    private static ServiceProvider Provide(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private sealed class CountingHandler : DelegatingHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class ClockOf2030 : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
