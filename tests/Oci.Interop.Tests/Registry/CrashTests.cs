using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Registry;

/// <summary>kill -9 loses nothing that was answered 201, and leaves no wrong byte.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Kill_WhileManyPush_KeepsAllThatWasAnswered201()
    {
        using var folder = new TempDirectory();
        var answered = new ConcurrentDictionary<string, byte[]>();
        for (int round = 0; round < 4; round++)
        {
            await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"));
            using var client = new HttpClient { BaseAddress = registry.Address };
            int target = answered.Count + 13 + round;
            var enough = new TaskCompletionSource();
            Task[] pushers = [.. Enumerable.Range(0, 4).Select(i => Task.Run(() => PushUntilKilledAsync(client, $"repo{i}", answered, () =>
            {
                if (answered.Count >= target)
                {
                    enough.TrySetResult();
                }
            })))];
            await enough.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await registry.KillAsync();
            await Task.WhenAll(pushers).WaitAsync(TimeSpan.FromMinutes(1));
        }

        await using RegistryProcess after = await RegistryProcess.StartAsync(folder.Combine("data"));
        using var reader = new HttpClient { BaseAddress = after.Address };
        foreach ((string path, byte[] content) in answered)
        {
            Assert.Equal(content, await reader.GetByteArrayAsync(path));
        }
        AssertContentIsWhatItsNameSays(folder.Combine("data", "blobs", "sha256"));
    }

    [Fact]
    public async Task Kill_InTheMiddleOfAnUpload_SessionGoesOnAfterTheRestart()
    {
        using var folder = new TempDirectory();
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        string location;
        await using (RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data")))
        {
            using var client = new HttpClient { BaseAddress = registry.Address };
            using HttpResponseMessage post = await client.PostAsync("/v2/a/blobs/uploads/", null);
            location = post.Headers.Location!.ToString();
            using HttpResponseMessage patch = await client.PatchAsync(location, new ByteArrayContent(content, 0, 1_000_000));
            Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
            // The second chunk never ends.
            using var cancellation = new CancellationTokenSource();
            Task endless = client.PatchAsync(location, new StreamContent(new FailingStream(long.MaxValue)), cancellation.Token);
            while (await StatusAsync(client, location) < 1_500_000)
            {
                Assert.False(endless.IsCompleted);
            }
            await registry.KillAsync();
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => endless);
        }

        await using RegistryProcess after = await RegistryProcess.StartAsync(folder.Combine("data"));
        using var resumed = new HttpClient { BaseAddress = after.Address };
        long kept = await StatusAsync(resumed, location);
        Digest digest = Digest.Compute(content);
        using HttpResponseMessage wrong = await resumed.PutAsync($"{location}?digest={digest}", null);
        using HttpResponseMessage get = await resumed.GetAsync($"/v2/a/blobs/{digest}");

        // The zeros of the second chunk are there, so the digest is another: it is told, and nothing wrong is kept.
        Assert.True(kept >= 1_500_000);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Fact]
    public async Task Kill_InTheMiddleOfAChunk_TheRestMakesTheBlobWhole()
    {
        using var folder = new TempDirectory();
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        string location;
        await using (RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data")))
        {
            using var client = new HttpClient { BaseAddress = registry.Address };
            using HttpResponseMessage post = await client.PostAsync("/v2/a/blobs/uploads/?digest-algorithm=sha512", null);
            location = post.Headers.Location!.ToString();
            using RawPeer peer = await RawPeer.ConnectAsync(registry.Address);
            await peer.WriteAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: {content.Length}\r\n\r\n");
            await peer.WriteAsync(content.AsMemory(0, 2_000_000));
            while (await StatusAsync(client, location) < 1_000_000)
            {
            }
            await registry.KillAsync();
        }

        await using RegistryProcess after = await RegistryProcess.StartAsync(folder.Combine("data"));
        using var resumed = new HttpClient { BaseAddress = after.Address };
        int kept = (int)await StatusAsync(resumed, location);
        Digest digest = Digest.Compute(DigestAlgorithm.Sha512, content);
        var rest = new ByteArrayContent(content, kept, content.Length - kept);
        rest.Headers.TryAddWithoutValidation("Content-Range", $"{kept}-{content.Length - 1}");
        using HttpResponseMessage put = await resumed.PutAsync($"{location}?digest={digest}", rest);

        Assert.InRange(kept, 1_000_000, 2_000_000);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(content, await resumed.GetByteArrayAsync($"/v2/a/blobs/{digest}"));
    }

    private static async Task<long> StatusAsync(HttpClient client, string location)
    {
        using HttpResponseMessage status = await client.GetAsync(location);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        return long.Parse(status.Headers.GetValues("Range").Single()[2..]) + 1;
    }

    private static async Task PushUntilKilledAsync(HttpClient client, string repository, ConcurrentDictionary<string, byte[]> answered, Action pushed)
    {
        try
        {
            while (true)
            {
                byte[] blob = RandomNumberGenerator.GetBytes(100_000);
                Digest digest = Digest.Compute(blob);
                using HttpResponseMessage put = await client.PostAsync($"/v2/{repository}/blobs/uploads/?digest={digest}", new ByteArrayContent(blob));
                Assert.Equal(HttpStatusCode.Created, put.StatusCode);
                answered[$"/v2/{repository}/blobs/{digest}"] = blob;
                byte[] manifest = new ImageManifest { Config = Descriptor.Create(MediaTypes.ImageConfig, blob), Layers = [] }.ToUtf8Bytes();
                var body = new ByteArrayContent(manifest);
                body.Headers.ContentType = new(MediaTypes.ImageManifest.ToString());
                string path = $"/v2/{repository}/manifests/t{answered.Count}-{digest.Hex[..8]}";
                using HttpResponseMessage tagged = await client.PutAsync(path, body);
                Assert.Equal(HttpStatusCode.Created, tagged.StatusCode);
                answered[path] = manifest;
                pushed();
            }
        }
        catch (HttpRequestException)
        {
            // The registry was killed.
        }
    }

    /// <summary>Fails unless each file of content has the digest that it is named by.</summary>
    internal static void AssertContentIsWhatItsNameSays(string folder)
    {
        foreach (string path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            Assert.Equal(Path.GetFileName(path), Digest.Compute(File.ReadAllBytes(path)).Hex.ToString());
        }
    }
}
