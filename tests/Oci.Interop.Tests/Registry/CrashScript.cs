using System.Net;
using System.Text.Json;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Registry;

/// <summary>Pushes and deletes, always the same, and what has to be in the registry after so many of them were answered.</summary>
internal sealed class CrashScript
{
    private static readonly byte[] Config = "config"u8.ToArray();
    private static readonly byte[] FirstLayer = [.. Enumerable.Range(0, 50_000).Select(i => (byte)i)];
    private static readonly byte[] SecondLayer = [.. Enumerable.Range(0, 60_000).Select(i => (byte)(i / 3))];
    private static readonly byte[] First = ManifestOf(FirstLayer, new() { MediaType = MediaTypes.ImageManifest, Digest = Digest.Compute("subject"u8), Size = 7 });
    private static readonly byte[] Second = ManifestOf(SecondLayer, null);

    private readonly Func<HttpClient, Task>[] _steps =
    [
        client => PostAsync(client, Config),
        client => PostAsync(client, FirstLayer),
        client => PutAsync(client, "v1", First),
        client => PushInChunksAsync(client, SecondLayer),
        client => PutAsync(client, $"{Digest.Compute(Second)}?tag=v2&tag=v3", Second),
        client => DeleteAsync(client, $"manifests/{Digest.Compute(First)}"),
        client => DeleteAsync(client, $"blobs/{Digest.Compute(FirstLayer)}"),
    ];

    /// <summary>How many steps were answered as they have to be.</summary>
    public int Answered { get; private set; }

    /// <summary>
    /// Calls and paths, below the registry's folder, that the steps come by; an empty path stands for any. A file is put in its
    /// place between the making of its folder and the flush of that; so there is a point between any two changes of the disk.
    /// </summary>
    public static IEnumerable<(string Call, string Path)> Points
    {
        get
        {
            string manifest = $"repositories/a/_manifests/sha256/{Digest.Compute(First).Hex}";
            string subject = $"repositories/a/_referrers/sha256/{Digest.Compute("subject"u8).Hex}";
            string[] contents = [.. new[] { Config, FirstLayer, First, SecondLayer, Second }.Select(FolderOf)];
            string[] folders = [.. contents, "repositories/a/_blobs/sha256", "repositories/a/_manifests/sha256", "repositories/a/_tags", subject];
            string[] deleted = ["repositories/a/_tags/v1", manifest, $"{subject}/sha256-{Digest.Compute(First).Hex}", $"repositories/a/_blobs/sha256/{Digest.Compute(FirstLayer).Hex}"];
            return
            [
                ("fsync", ""),
                .. folders.Select(path => ("mkdir", path)),
                .. folders.Select(path => ("fsync", path)),
                .. deleted.Select(path => ("unlink", path)),
            ];
        }
    }

    /// <summary>Runs the steps until all are answered, or the registry ends.</summary>
    public async Task RunAsync(HttpClient client)
    {
        try
        {
            foreach (Func<HttpClient, Task> step in _steps)
            {
                await step(client);
                Answered++;
            }
        }
        catch (HttpRequestException)
        {
            // The registry was killed.
        }
    }

    /// <summary>Fails unless all that was answered holds, and what was not is there whole or not at all.</summary>
    public async Task VerifyAsync(HttpClient client, string point)
    {
        await CheckAsync($"blobs/{Digest.Compute(Config)}", Config, Answered > 0 ? true : null);
        await CheckAsync($"blobs/{Digest.Compute(FirstLayer)}", FirstLayer, Answered switch { 2 or 3 or 4 or 5 => true, 7 => false, _ => null });
        await CheckAsync($"blobs/{Digest.Compute(SecondLayer)}", SecondLayer, Answered > 3 ? true : null);
        bool? first = Answered switch { 3 or 4 => true, > 5 => false, _ => null };
        await CheckAsync($"manifests/{Digest.Compute(First)}", First, first);
        await CheckAsync("manifests/v1", First, first);
        foreach (string reference in (string[])[$"{Digest.Compute(Second)}", "v2", "v3"])
        {
            await CheckAsync($"manifests/{reference}", Second, Answered > 4 ? true : null);
        }

        // Whatever is listed can be pulled.
        ImageIndex referrers = ImageIndex.Parse(await client.GetByteArrayAsync($"/v2/a/referrers/{Digest.Compute("subject"u8)}"));
        Assert.True(referrers.Manifests.Count == 1 || first != true, point);
        using HttpResponseMessage list = await client.GetAsync("/v2/a/tags/list");
        string[] tags = list.StatusCode == HttpStatusCode.OK
            ? [.. JsonDocument.Parse(await list.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)]
            : [];
        foreach (string reference in referrers.Manifests.Select(descriptor => descriptor.Digest.ToString()).Concat(tags))
        {
            ImageManifest manifest = ImageManifest.Parse(await client.GetByteArrayAsync($"/v2/a/manifests/{reference}"));
            foreach (Descriptor blob in manifest.Layers.Prepend(manifest.Config))
            {
                Assert.Equal(blob.Digest, Digest.Compute(await client.GetByteArrayAsync($"/v2/a/blobs/{blob.Digest}")));
            }
        }

        async Task CheckAsync(string path, byte[] content, bool? isThere)
        {
            using HttpResponseMessage response = await client.GetAsync($"/v2/a/{path}");
            Assert.True(response.StatusCode == (isThere switch { true => HttpStatusCode.OK, false => HttpStatusCode.NotFound, _ => response.StatusCode }), $"{point}: {path} is {response.StatusCode} after {Answered} answers");
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
            }
        }
    }

    private static string FolderOf(byte[] content) => $"blobs/sha256/{Digest.Compute(content).Hex[..2]}";

    private static byte[] ManifestOf(byte[] layer, Descriptor? subject) => new ImageManifest
    {
        MediaType = MediaTypes.ImageManifest,
        Config = Descriptor.Create(MediaTypes.ImageConfig, Config),
        Layers = [Descriptor.Create(MediaTypes.Layer, layer)],
        Subject = subject,
    }.ToUtf8Bytes();

    private static async Task PostAsync(HttpClient client, byte[] blob)
    {
        using HttpResponseMessage response = await client.PostAsync($"/v2/a/blobs/uploads/?digest={Digest.Compute(blob)}", new ByteArrayContent(blob));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static async Task PushInChunksAsync(HttpClient client, byte[] blob)
    {
        using HttpResponseMessage post = await client.PostAsync("/v2/a/blobs/uploads/", null);
        using HttpResponseMessage patch = await client.PatchAsync(post.Headers.Location, new ByteArrayContent(blob, 0, 10_000));
        using HttpResponseMessage put = await client.PutAsync($"{patch.Headers.Location}?digest={Digest.Compute(blob)}", new ByteArrayContent(blob, 10_000, blob.Length - 10_000));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    private static async Task PutAsync(HttpClient client, string reference, byte[] manifest)
    {
        var body = new ByteArrayContent(manifest);
        body.Headers.ContentType = new(MediaTypes.ImageManifest.ToString());
        using HttpResponseMessage response = await client.PutAsync($"/v2/a/manifests/{reference}", body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static async Task DeleteAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.DeleteAsync($"/v2/a/{path}");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
