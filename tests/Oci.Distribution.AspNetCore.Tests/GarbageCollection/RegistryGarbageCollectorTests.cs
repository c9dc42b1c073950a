using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.GarbageCollection;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.GarbageCollection;

public sealed class RegistryGarbageCollectorTests
{
    private static readonly RegistryCollectOptions AtOnce = new() { GracePeriod = TimeSpan.Zero };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collect_ManifestWasDeleted_FreesWhatOnlyItNeeded(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        RegistryHost host = hosts.Host;
        byte[] gone = await host.PushImageAsync("a", "v1", "gone");
        byte[] kept = await host.PushImageAsync("a", "v2", "kept");
        await host.PushImageAsync("b/c", "v1", "kept");
        using (await host.Client.DeleteAsync($"/v2/a/manifests/{Digest.Compute(gone)}"))
        {
        }

        RegistryCollection dry = await CollectAsync(host, new() { GracePeriod = TimeSpan.Zero, DryRun = true });
        RegistryCollection collected = await CollectAsync(host, AtOnce);
        RegistryCollection again = await CollectAsync(host, AtOnce);

        ImageManifest manifest = ImageManifest.Parse(gone);
        long bytes = gone.Length + manifest.Config.Size + manifest.Layers[0].Size;
        Assert.Equal(new RegistryCollection { IsDryRun = true, RepositoryCount = 2, UnlinkedBlobCount = 2, ContentCount = 3, ContentBytes = bytes }, dry);
        Assert.Equal(dry with { IsDryRun = false }, collected);
        Assert.Equal(new RegistryCollection { IsDryRun = false, RepositoryCount = 2 }, again);
        await AssertImageAsync(host, "a", "v2", kept);
        await AssertImageAsync(host, "b/c", "v1", kept);
        using HttpResponseMessage blob = await host.Client.GetAsync($"/v2/a/blobs/{manifest.Config.Digest}");
        await RegistryHost.AssertErrorAsync(blob, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        if (onDisk)
        {
            Assert.Equal(3, Directory.EnumerateFiles(Path.Combine(hosts.Root, "blobs"), "*", SearchOption.AllDirectories).Count());
        }
    }

    [Fact]
    public async Task Collect_BlobThatNoManifestNames_StaysForTheGracePeriodAndIsRenewedByHead()
    {
        var time = new ShiftedTime();
        await using RegistryHost host = await RegistryHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        Digest pushed = await host.PushBlobAsync("a", "pushed"u8.ToArray());
        Digest asked = await host.PushBlobAsync("a", "asked for"u8.ToArray());
        Digest again = await host.PushBlobAsync("a", "pushed again"u8.ToArray());
        var options = new RegistryCollectOptions { GracePeriod = TimeSpan.FromHours(1) };

        RegistryCollection early = await CollectAsync(host, options);
        time.Shift = TimeSpan.FromMinutes(50);
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{asked}");
        await host.PushBlobAsync("a", "pushed again"u8.ToArray());
        time.Shift = TimeSpan.FromMinutes(70);
        RegistryCollection late = await CollectAsync(host, options);

        Assert.Equal((0, 0), (early.UnlinkedBlobCount, early.ContentCount));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal((1, 1), (late.UnlinkedBlobCount, late.ContentCount));
        foreach ((Digest digest, HttpStatusCode status) in ((Digest, HttpStatusCode)[])[(pushed, HttpStatusCode.NotFound), (asked, HttpStatusCode.OK), (again, HttpStatusCode.OK)])
        {
            using HttpResponseMessage get = await host.Client.GetAsync($"/v2/a/blobs/{digest}");
            Assert.Equal(status, get.StatusCode);
        }
    }

    [Fact]
    public async Task Collect_BlobsWithoutManifests_StayWhereTheOptionsSaySo()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("a", "alone"u8.ToArray());

        RegistryCollection collected = await CollectAsync(host, new() { GracePeriod = TimeSpan.Zero, RemoveUnusedBlobs = false });

        Assert.Equal(0, collected.ContentCount);
        Assert.Equal("alone"u8.ToArray(), await host.Client.GetByteArrayAsync($"/v2/a/blobs/{digest}"));
    }

    [Fact]
    public async Task Collect_UnknownKindOfManifest_KeepsEveryDigestThatItNames()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest named = await host.PushBlobAsync("a", "named"u8.ToArray());
        byte[] manifest = Encoding.UTF8.GetBytes($$$"""{"parts":[{"of":{"digest":"{{{named}}}"}}],"digest":7}""");
        using HttpResponseMessage put = await host.PutManifestAsync("a", "v1", manifest, MediaType.Parse("application/vnd.example+json"));

        RegistryCollection collected = await CollectAsync(host, AtOnce);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(0, collected.ContentCount);
    }

    [Fact]
    public async Task Collect_NondistributableLayerThatWasPushed_IsKept()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] config = "config"u8.ToArray();
        byte[] layer = "layer"u8.ToArray();
        await host.PushBlobAsync("a", config);
        await host.PushBlobAsync("a", layer);
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = Descriptor.Create(MediaTypes.ImageConfig, config),
            Layers = [Descriptor.Create(MediaTypes.LayerNondistributableGzip, layer)],
        }.ToUtf8Bytes();
        using HttpResponseMessage put = await host.PutManifestAsync("a", "v1", manifest);

        await CollectAsync(host, AtOnce);

        await AssertImageAsync(host, "a", "v1", manifest);
    }

    [Fact]
    public async Task Collect_ManifestThatCannotBeRead_KeepsAllOfItsRepositoryAndNoOther()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        Digest broken = Digest.Compute(await hosts.Host.PushImageAsync("a", "v1", "broken"));
        Digest kept = await hosts.Host.PushBlobAsync("a", "kept"u8.ToArray());
        await hosts.Host.PushBlobAsync("b", "garbage"u8.ToArray());
        await File.WriteAllTextAsync(Path.Combine(hosts.Root, "blobs", "sha256", broken.Hex[..2].ToString(), broken.Hex.ToString()), "{");

        RegistryCollection collected = await CollectAsync(hosts.Host, AtOnce);

        Assert.Equal((1, 1), (collected.UnlinkedBlobCount, collected.ContentCount));
        Assert.Equal("kept"u8.ToArray(), await hosts.Host.Client.GetByteArrayAsync($"/v2/a/blobs/{kept}"));
    }

    [Fact]
    public async Task Collect_TagThatCannotBeRead_KeepsAllOfItsRepositoryAndNoOther()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] kept = await hosts.Host.PushImageAsync("a", "v1", "kept");
        await hosts.Host.PushImageAsync("b", "", "garbage");
        await File.WriteAllTextAsync(Path.Combine(hosts.Root, "repositories", "a", "_tags", "v1"), "");

        RegistryCollection collected = await CollectAsync(hosts.Host, new() { GracePeriod = TimeSpan.Zero, RemoveUntagged = true });

        Assert.Equal((1, 2), (collected.ManifestCount, collected.UnlinkedBlobCount));
        await AssertImageAsync(hosts.Host, "a", Digest.Compute(kept).ToString(), kept);
    }

    [Fact]
    public async Task Head_ReadOnlyRegistry_ChangesNothing()
    {
        using var folder = new TempDirectory();
        Digest digest;
        await using (RegistryHost host = await RegistryHost.StartAsync(folder.Path))
        {
            digest = await host.PushBlobAsync("a", "blob"u8.ToArray());
        }
        string link = folder.Combine("repositories", "a", "_blobs", "sha256", digest.Hex.ToString());
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(link, old);
        await using RegistryHost readOnly = await RegistryHost.StartAsync(folder.Path, options => options.ReadOnly = true);

        using HttpResponseMessage head = await readOnly.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{digest}");

        Assert.Equal((HttpStatusCode.OK, old), (head.StatusCode, File.GetLastWriteTimeUtc(link)));
    }

    [Fact]
    public async Task Collect_ExpiredUploadSessions_AreRemovedAndCounted()
    {
        var time = new ShiftedTime();
        await using RegistryHost host = await RegistryHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        string location = await host.StartUploadAsync("a");
        time.Shift = TimeSpan.FromDays(2);

        RegistryCollection dry = await CollectAsync(host, new() { DryRun = true });
        RegistryCollection collected = await CollectAsync(host, null);
        using HttpResponseMessage status = await host.Client.GetAsync(location);

        Assert.Equal((1, 1), (dry.UploadSessionCount, collected.UploadSessionCount));
        Assert.Equal(HttpStatusCode.NotFound, status.StatusCode);
    }

    [Fact]
    public async Task Collect_Cancelled_ThrowsTheCallersTokenAndTheNextOneGoesOn()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await host.PushBlobAsync("a", "garbage"u8.ToArray());
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var collector = host.Services.GetRequiredService<RegistryGarbageCollector>();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collector.CollectAsync(AtOnce, cancellation.Token));
        RegistryCollection collected = await collector.CollectAsync(AtOnce);

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Assert.Equal(1, collected.ContentCount);
    }

    [Fact]
    public async Task Collect_WithProgress_TellsWhatWasRemovedSoFar()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await host.PushBlobAsync("a", "garbage"u8.ToArray());
        await host.PushImageAsync("b", "v1");
        var reports = new Reports();

        RegistryCollection collected = await CollectAsync(host, new() { GracePeriod = TimeSpan.Zero, Progress = reports });

        Assert.Equal([1, 2], reports.Values.Select(report => report.RepositoryCount).Distinct());
        Assert.Equal(collected, reports.Values[^1]);
    }

    [Fact]
    public async Task Interval_WhenItIsOver_CollectsInTheBackground()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options =>
        {
            options.GarbageCollectionInterval = TimeSpan.FromSeconds(1);
            options.GarbageCollection.GracePeriod = TimeSpan.Zero;
        });
        Digest digest = await host.PushBlobAsync("a", "garbage"u8.ToArray());
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        HttpStatusCode status;
        do
        {
            cancellation.Token.ThrowIfCancellationRequested();
            using HttpResponseMessage get = await host.Client.GetAsync($"/v2/a/blobs/{digest}", cancellation.Token);
            status = get.StatusCode;
        }
        while (status == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    internal static Task<RegistryCollection> CollectAsync(RegistryHost host, RegistryCollectOptions? options) =>
        host.Services.GetRequiredService<RegistryGarbageCollector>().CollectAsync(options);

    /// <summary>Fails unless an image can be pulled whole.</summary>
    internal static async Task AssertImageAsync(RegistryHost host, string repository, string reference, byte[] expected)
    {
        Assert.Equal(expected, await host.Client.GetByteArrayAsync($"/v2/{repository}/manifests/{reference}"));
        ImageManifest manifest = ImageManifest.Parse(expected);
        foreach (Descriptor blob in manifest.Layers.Prepend(manifest.Config))
        {
            Assert.Equal(blob.Digest, Digest.Compute(await host.Client.GetByteArrayAsync($"/v2/{repository}/blobs/{blob.Digest}")));
        }
    }

    private sealed class Reports : IProgress<RegistryCollection>
    {
        public List<RegistryCollection> Values { get; } = [];

        public void Report(RegistryCollection value) => Values.Add(value);
    }
}
