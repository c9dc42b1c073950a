using System.Diagnostics;
using System.Net;
using System.Text;
using Oci.Distribution.AspNetCore.GarbageCollection;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.GarbageCollection;

/// <summary>Many pushes beside many collections: what was answered 201 is there.</summary>
public sealed class CollectWhilePushingTests
{
    private const int EnoughPushes = 20;
    private const int EnoughCollections = 6;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    // A busy machine takes longer than that to do enough; one that does not within this hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // Few enough that pushers and collections meet at the same content all the time.
    private static readonly byte[][] Blobs = [.. Enumerable.Range(0, 6).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + i), 3000)))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collect_WhileBlobsArePushedAndDeleted_NeverTakesWhatWasAnswered201(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        await RunAsync(hosts, () => new() { GracePeriod = TimeSpan.Zero, RemoveUnusedBlobs = false }, async (host, repository, random) =>
        {
            byte[] content = Blobs[random.Next(Blobs.Length)];
            Digest digest = Digest.Compute(content);
            string query = random.Next(3) switch
            {
                0 => $"?mount={digest}",
                1 => $"?mount={digest}&from=pusher{random.Next(4)}",
                _ => $"?digest={digest}",
            };
            using HttpResponseMessage post = await host.Client.PostAsync($"/v2/{repository}/blobs/uploads/{query}", new ByteArrayContent(query.StartsWith("?digest") ? content : []));
            using HttpResponseMessage? put = post.StatusCode == HttpStatusCode.Accepted ? await host.Client.PutAsync($"{post.Headers.Location}?digest={digest}", new ByteArrayContent(content)) : null;
            Assert.Equal(HttpStatusCode.Created, (put ?? post).StatusCode);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(content, await host.Client.GetByteArrayAsync($"/v2/{repository}/blobs/{digest}"));
            }
            using HttpResponseMessage delete = await host.Client.DeleteAsync($"/v2/{repository}/blobs/{digest}");
            Assert.Equal(HttpStatusCode.Accepted, delete.StatusCode);
            return true;
        });

        await AssertNothingIsLeftAsync(hosts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collect_WhileImagesArePushedAndDeleted_NeverTakesAPartOfOneThatIsThere(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        // So short that a push is often too late with its manifest, which it is told; and no shorter than that some are not.
        int grace = 20;
        await RunAsync(hosts, () => new() { GracePeriod = TimeSpan.FromMilliseconds(Volatile.Read(ref grace)), RemoveUntagged = true }, async (host, repository, random) =>
        {
            byte[] config = Blobs[random.Next(Blobs.Length)];
            byte[] layer = Blobs[random.Next(Blobs.Length)];
            byte[] manifest = new ImageManifest
            {
                MediaType = MediaTypes.ImageManifest,
                Config = Descriptor.Create(MediaTypes.ImageConfig, config),
                Layers = [Descriptor.Create(MediaTypes.Layer, layer)],
            }.ToUtf8Bytes();
            foreach (byte[] blob in (byte[][])[config, layer])
            {
                // As clients do: what is there is not pushed.
                using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/{repository}/blobs/{Digest.Compute(blob)}");
                if (head.StatusCode != HttpStatusCode.OK)
                {
                    await host.PushBlobAsync(repository, blob);
                }
            }
            using HttpResponseMessage put = await host.PutManifestAsync(repository, "v1", manifest);
            if (put.StatusCode == HttpStatusCode.NotFound)
            {
                Volatile.Write(ref grace, Math.Min(grace * 2, 10_000));
                return false;
            }
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
            for (int i = 0; i < 3; i++)
            {
                await RegistryGarbageCollectorTests.AssertImageAsync(host, repository, "v1", manifest);
            }
            using HttpResponseMessage delete = await host.Client.DeleteAsync($"/v2/{repository}/manifests/{(random.Next(2) == 0 ? "v1" : Digest.Compute(manifest))}");
            Assert.Equal(HttpStatusCode.Accepted, delete.StatusCode);
            Volatile.Write(ref grace, Math.Max(grace / 2, 20));
            return true;
        });

        await AssertNothingIsLeftAsync(hosts);
    }

    // Runs pushers, each with a repository of its own, beside two that collect, until there was enough of both.
    private static async Task RunAsync(RegistryHosts hosts, Func<RegistryCollectOptions> options, Func<RegistryHost, string, Random, Task<bool>> push)
    {
        var time = Stopwatch.StartNew();
        int pushes = 0;
        int collections = 0;
        bool GoesOn() => time.Elapsed < Limit && (time.Elapsed < Duration || Volatile.Read(ref pushes) < EnoughPushes || Volatile.Read(ref collections) < EnoughCollections);
        Task[] work =
        [
            .. Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
            {
                var random = new Random(i);
                while (GoesOn())
                {
                    if (await push(hosts.Host, $"pusher{i}", random))
                    {
                        Interlocked.Increment(ref pushes);
                    }
                }
            })),
            .. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                while (GoesOn())
                {
                    await RegistryGarbageCollectorTests.CollectAsync(hosts.Host, options());
                    Interlocked.Increment(ref collections);
                }
            })),
        ];
        await Task.WhenAll(work);
        Assert.True(pushes >= EnoughPushes && collections >= EnoughCollections, $"{pushes} pushes, {collections} collections in {time.Elapsed}");
    }

    private static async Task AssertNothingIsLeftAsync(RegistryHosts hosts)
    {
        await RegistryGarbageCollectorTests.CollectAsync(hosts.Host, new() { GracePeriod = TimeSpan.Zero, RemoveUntagged = true });

        RegistryCollection dry = await RegistryGarbageCollectorTests.CollectAsync(hosts.Host, new() { GracePeriod = TimeSpan.Zero, RemoveUntagged = true, DryRun = true });
        Assert.Equal(0, dry.ContentCount + dry.ManifestCount + dry.UnlinkedBlobCount);
        if (Directory.Exists(hosts.Root))
        {
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(hosts.Root, "blobs"), "*", SearchOption.AllDirectories));
        }
    }
}
