using System.Collections.Concurrent;
using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;
using Oci.StoreWorker;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Writers are killed at every step: what they leave is whole, other tools take it, and the next writer goes on.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    [Trait("Needs", "root")]
    public async Task Layout_KilledAtAnyStep_IsWholeForUsAndForSkopeo()
    {
        Requires.Root();
        string strace = Requires.Tool("strace");
        string skopeo = Requires.Tool("skopeo");
        Digest first = (await SampleImage.AddAsync(new MemoryContentStore(), "first")).Digest;
        Digest second = (await SampleImage.AddAsync(new MemoryContentStore(), "second")).Digest;
        var seen = new ConcurrentDictionary<string, int>();
        int verified = 0;

        int kills = await KillInjection.RunAsync(
            strace,
            step: 5,
            run => $"layout {_temp.Combine(run)}",
            async (run, kill) =>
            {
                string path = _temp.Combine(run);
                string state = "no layout";
                if (File.Exists(Path.Combine(path, "oci-layout")))
                {
                    OciLayout left = await OciLayout.OpenAsync(path);
                    Digest? tagged = (await left.ResolveAsync("v1"))?.Digest;
                    Assert.True(tagged is null || tagged == first || tagged == second, kill);
                    Assert.True(await left.ResolveAsync("gone") is not Descriptor gone || gone.Digest == second, kill);
                    await VerifyAsync(left);
                    state = tagged is null ? "no tag" : tagged == first ? "first" : "second";
                    if (tagged is not null && Interlocked.Increment(ref verified) % 12 == 1)
                    {
                        (await ToolResult.RunAsync(skopeo, ["inspect", $"oci:{path}:v1"])).EnsureSuccess();
                        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", $"oci:{path}:v1", $"oci:{path}-copy:v1"])).EnsureSuccess();
                    }
                }
                seen.AddOrUpdate(state, 1, (_, count) => count + 1);

                OciLayout layout = await OciLayout.CreateAsync(path);
                Descriptor next = await SampleImage.AddAsync(layout, "next");
                await layout.TagAsync(next, "v2");
                await layout.TagAsync(await SampleImage.AddAsync(layout, "second"), "v1");
                await layout.CollectAsync(new LayoutCollectOptions { GracePeriod = TimeSpan.Zero });

                await VerifyAsync(layout);
                Assert.Equal(next.Digest, (await layout.ResolveAsync("v2"))?.Digest);
                Assert.Equal(second, (await layout.ResolveAsync("v1"))?.Digest);
                Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(path, ".oci-sdk", "staging")));
                Directory.Delete(path, recursive: true);
            });

        Assert.InRange(kills, 60, 1000);
        Assert.Equal(["first", "no layout", "no tag", "second"], seen.Keys.Order());
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("oci-archive", false)]
    [InlineData("docker-archive", true)]
    public async Task Archive_KilledAtAnyStep_IsAbsentOrOldOrWhole(string format, bool hasOld)
    {
        Requires.Root();
        string strace = Requires.Tool("strace");
        string skopeo = Requires.Tool("skopeo");
        int whole = 0;
        int untouched = 0;

        int kills = await KillInjection.RunAsync(
            strace,
            step: 1,
            run =>
            {
                Directory.CreateDirectory(_temp.Combine(run));
                if (hasOld)
                {
                    File.WriteAllText(_temp.Combine(run, "image.tar"), "old");
                }
                return $"{format} {_temp.Combine(run, "image.tar")}";
            },
            async (run, kill) =>
            {
                string path = _temp.Combine(run, "image.tar");
                if (!File.Exists(path) || new FileInfo(path).Length == 3)
                {
                    Assert.Equal(hasOld, File.Exists(path));
                    Interlocked.Increment(ref untouched);
                }
                else
                {
                    await VerifyArchiveAsync(format, path);
                    if (Interlocked.Increment(ref whole) == 1)
                    {
                        (await ToolResult.RunAsync(skopeo, ["inspect", $"{format}:{path}"])).EnsureSuccess();
                    }
                }

                await (format == "oci-archive" ? Scenarios.WriteOciArchiveAsync(path) : Scenarios.WriteDockerArchiveAsync(path));

                await VerifyArchiveAsync(format, path);
                // What the killed writer left beside it is gone as well.
                Assert.Equal([path], Directory.EnumerateFileSystemEntries(_temp.Combine(run)));
                Directory.Delete(_temp.Combine(run), recursive: true);
            });

        Assert.InRange(kills, 10, 1000);
        Assert.True(whole > 0 && untouched > 0, $"{whole} whole and {untouched} untouched of {kills}");
    }

    private static async Task VerifyArchiveAsync(string format, string path)
    {
        if (format == "oci-archive")
        {
            await using OciArchive archive = await OciArchive.OpenAsync(path);
            await SampleImages.VerifyAsync(await OciImage.OpenAsync(archive, "v1"));
        }
        else
        {
            await using DockerArchive archive = await DockerArchive.OpenAsync(path);
            await SampleImages.VerifyAsync(await OciImage.OpenAsync(archive, "localhost/sample:v1"));
        }
    }

    private static async Task VerifyAsync(OciLayout layout)
    {
        await foreach (Descriptor entry in layout.ListEntriesAsync())
        {
            await SampleImages.VerifyAsync(await OciImage.OpenAsync(layout, entry));
        }
        await foreach (LayoutBlob blob in layout.ListBlobsAsync())
        {
            await layout.ReadAsync(new Descriptor { MediaType = MediaTypes.OctetStream, Digest = blob.Digest, Size = blob.Size });
        }
    }
}
