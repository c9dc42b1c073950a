using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Oci.Distribution.AspNetCore.GarbageCollection;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Diagnostics;

public sealed class DiagnosticsTests
{
    [Fact]
    public async Task Requests_AreCountedByActionAndStatus()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        var counts = new ConcurrentDictionary<string, long>();
        IMeterFactory factory = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                // Of this host alone: others of this process have a factory of their own.
                if (instrument.Meter.Name == "Oci.Distribution.AspNetCore" && instrument.Meter.Scope == factory)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            string key = string.Join(' ', tags.ToArray().Select(tag => tag.Value).Prepend(instrument.Name));
            counts.AddOrUpdate(key, value, (_, old) => old + value);
        }
        listener.SetMeasurementEventCallback<long>(Count);
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Count(instrument, value, tags, state));
        listener.Start();

        byte[] content = new byte[100_000];
        Digest digest = Digest.Compute(content);
        string location = await host.StartUploadAsync("a");
        listener.RecordObservableInstruments();
        using var streamed = new StreamContent(new OneByteStream(new MemoryStream(content)));
        streamed.Headers.ContentLength = null;
        using HttpResponseMessage put = await host.Client.PutAsync($"{location}?digest={digest}", streamed);
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{digest}");
        await host.Client.GetByteArrayAsync($"/v2/a/blobs/{digest}");
        using HttpResponseMessage absent = await host.Client.GetAsync("/v2/a/manifests/absent");
        await WaitForAsync(() => counts.ContainsKey("oci.registry.requests pull 404"));
        using HttpResponseMessage deleted = await host.Client.DeleteAsync($"/v2/a/blobs/{digest}");
        await host.Services.GetRequiredService<RegistryGarbageCollector>().CollectAsync(new RegistryCollectOptions { GracePeriod = TimeSpan.Zero });

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(1, counts["oci.registry.upload_sessions"]);
        Assert.Equal(1, counts["oci.registry.requests push 201"]);
        Assert.Equal(1, counts["oci.registry.requests push 202"]);
        Assert.Equal(2, counts["oci.registry.requests pull 200"]);
        Assert.Equal(100_000, counts["oci.registry.received push"]);
        Assert.Equal(100_000, counts["oci.registry.collected"]);
        Assert.Equal(100_000 + absent.Content.Headers.ContentLength, counts["oci.registry.sent pull"]);
    }

    [Fact]
    public async Task Requests_AreLoggedWithoutCredentials()
    {
        using var log = new LogList();
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("htpasswd"), "alice:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n");
        await using RegistryHost host = await RegistryHost.StartAsync(
            services: services =>
            {
                services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
                services.AddAuthentication().AddOciHtpasswd(options => options.File = folder.Combine("htpasswd")).AddOciTokens();
            },
            pipeline: app => app.MapOciTokens());
        string right = Convert.ToBase64String(Encoding.UTF8.GetBytes("alice:U*U"));
        string wrong = Convert.ToBase64String(Encoding.UTF8.GetBytes("alice:wr0ng-s3cret"));
        using HttpResponseMessage token = await host.SendAsync(HttpMethod.Get, "/token?scope=repository:team/app:pull", null, ("Authorization", $"Basic {right}"));
        using var json = System.Text.Json.JsonDocument.Parse(await token.Content.ReadAsStreamAsync());
        string bearer = json.RootElement.GetProperty("token").GetString()!;
        using HttpResponseMessage refused = await host.SendAsync(HttpMethod.Get, "/token", null, ("Authorization", $"Basic {wrong}"));
        using HttpResponseMessage pull = await host.SendAsync(HttpMethod.Get, "/v2/team/app/manifests/v1", null, ("Authorization", $"Bearer {bearer}"));

        await WaitForAsync(() => log.Lines.Any(line => line.Contains("GET (pull) on team/app: 404, 0 bytes received")));
        foreach (string secret in (string[])[right, wrong, "U*U", "wr0ng-s3cret", bearer, bearer.Split('.')[2]])
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret));
        }
    }

    [Fact]
    public async Task Requests_TagTheTraceOfAspNetCore()
    {
        var tags = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => tags.Enqueue($"{activity.GetTagItem("oci.action")} {activity.GetTagItem("oci.repository")}"),
        };
        ActivitySource.AddActivityListener(listener);
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/some/trace/tags/list");

        await WaitForAsync(() => tags.Contains("pull some/trace"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HealthCheck_StoreThatWorks_IsHealthyAndLeavesNothing(bool onDisk)
    {
        using var folder = new TempDirectory();
        await using RegistryHost host = await StartWithHealthAsync(onDisk ? folder.Path : null, minFreeSpace: 1);

        Assert.Equal("Healthy", await host.Client.GetStringAsync("/healthz"));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories), path => Path.GetFileName(path) != "lock");
    }

    [Fact]
    public async Task HealthCheck_LittleSpace_IsDegraded()
    {
        using var folder = new TempDirectory();
        await using RegistryHost host = await StartWithHealthAsync(folder.Path, minFreeSpace: long.MaxValue);

        Assert.Equal("Degraded", await host.Client.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task HealthCheck_StoreThatCannotBeWritten_IsUnhealthy()
    {
        using var folder = new TempDirectory();
        await using RegistryHost host = await StartWithHealthAsync(folder.Combine("data"), minFreeSpace: 1);
        // A file in the place of the folder that everything is staged in: root may write where modes forbid it.
        Directory.Delete(folder.Combine("data", "staging"), recursive: true);
        await File.WriteAllTextAsync(folder.Combine("data", "staging"), "");

        using HttpResponseMessage response = await host.Client.GetAsync("/healthz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("Unhealthy", await response.Content.ReadAsStringAsync());
    }

    private static Task<RegistryHost> StartWithHealthAsync(string? root, long minFreeSpace) => RegistryHost.StartAsync(
        root,
        services: services => services.AddHealthChecks().AddOciRegistry(minFreeSpace: minFreeSpace),
        pipeline: app => app.MapHealthChecks("/healthz"));

    // A client has its answer a moment before the server is done with the request.
    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            cancellation.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
