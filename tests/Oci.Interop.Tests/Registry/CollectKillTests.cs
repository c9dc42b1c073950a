using System.Net;
using Oci.Distribution;
using Oci.Image;
using Oci.Image.Manifests;
using Oci.Interop.Tests.EmbeddedRegistry;
using Oci.Interop.Tests.Layouts;
using Oci.StoreWorker;

namespace Oci.Interop.Tests.Registry;

/// <summary>A garbage collection of a registry is killed at every step: what is tagged stays whole, and the next one goes on.</summary>
public sealed class CollectKillTests
{
    [Fact]
    [Trait("Needs", "root")]
    public async Task Collect_KilledAtAnyStep_KeepsWhatIsTaggedAndTheNextGoesOn()
    {
        Requires.Root();
        string strace = Requires.Tool("strace");
        using var folder = new TempDirectory();
        Digest kept = await PrepareAsync(folder.Combine("template"));
        string worker = folder.Combine("whole");
        await CopyAsync(folder.Combine("template"), worker);
        string expected = await RegistryScenario.CollectAsync(worker);
        string[] files = ContentOf(worker);

        int kills = await KillInjection.RunAsync(
            strace,
            step: 40,
            run =>
            {
                CopyAsync(folder.Combine("template"), folder.Combine(run)).GetAwaiter().GetResult();
                return $"collect-registry {folder.Combine(run)}";
            },
            async (run, kill) =>
            {
                string data = folder.Combine(run);
                await using (EmbeddedHost host = await EmbeddedHost.StartAsync(options => options.RootDirectory = data))
                {
                    await VerifyAsync(host, kept, kill);
                }
                await RegistryScenario.CollectAsync(data);
                Assert.Equal(files, ContentOf(data));
                Directory.Delete(data, recursive: true);
            });

        Assert.Equal("3 4 7", expected);
        Assert.Equal(3, files.Length);
        Assert.InRange(kills, 8, 200);
    }

    // A tagged image; and an index with an image and a signature of that, which nothing tagged leads to.
    private static async Task<Digest> PrepareAsync(string data)
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(options => options.RootDirectory = data);
        Repository repository = host.CreateClient().Repository("a");
        Descriptor kept = await SampleImage.AddAsync(repository, "kept");
        await repository.TagAsync(kept, "v1");
        Descriptor old = await SampleImage.AddAsync(repository, "old");
        await AddAsync(repository, new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [old] }.ToUtf8Bytes(), MediaTypes.ImageIndex);
        Descriptor config = await repository.AddAsync(MediaTypes.Empty, "{}"u8.ToArray());
        Descriptor signature = await repository.AddAsync(MediaTypes.OctetStream, "signature"u8.ToArray());
        await AddAsync(repository, new ImageManifest { MediaType = MediaTypes.ImageManifest, ArtifactType = "a/b", Config = config, Layers = [signature], Subject = old }.ToUtf8Bytes(), MediaTypes.ImageManifest);
        return kept.Digest;

        static Task<Descriptor> AddAsync(IContentStore store, byte[] manifest, MediaType type) => store.AddAsync(type, manifest);
    }

    private static async Task VerifyAsync(EmbeddedHost host, Digest kept, string kill)
    {
        await SampleImages.VerifyAsync(await OciImage.OpenAsync(host.CreateClient().Repository("a"), "v1"));
        using var client = new HttpClient { BaseAddress = host.Address };
        Assert.Contains("v1", await client.GetStringAsync("/v2/a/tags/list"));
        using HttpResponseMessage head = await client.GetAsync($"/v2/a/manifests/{kept}");
        Assert.True(head.StatusCode == HttpStatusCode.OK, kill);
    }

    private static async Task CopyAsync(string from, string to) => (await ToolResult.RunAsync("cp", ["-r", from, to])).EnsureSuccess();

    private static string[] ContentOf(string data) =>
        [.. Directory.EnumerateFiles(Path.Combine(data, "blobs"), "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Order()];
}
