using Oci.Image;
using Oci.Image.Layouts;
using Oci.StoreWorker;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Processes add, tag and collect in one layout at the same time.</summary>
public sealed class ManyProcessesTests : IDisposable
{
    private const int Writers = 3;

    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Collect_BesideWritersInOtherProcesses_TakesNothingThatIsTagged()
    {
        StoreWorker[] workers = [.. Enumerable.Range(0, Writers + 2).Select(_ => StoreWorker.Start())];
        try
        {
            await Task.WhenAll(workers.Select(worker => worker.RunAsync("ready")));
            int removed = 0;
            for (int round = 0; round < 10; round++)
            {
                string path = _temp.Combine($"round{round}");
                OciLayout layout = await PrepareAsync(path);

                // All are told before any is heard.
                Task<string>[] answers = [.. workers.Select((worker, i) => worker.RunAsync(i < Writers ? $"tag {path} image{i} v{i}" : $"collect {path}"))];
                string[] answered = await Task.WhenAll(answers);

                removed += answered[Writers..].Sum(int.Parse);
                for (int i = 0; i < Writers; i++)
                {
                    Descriptor? tagged = await layout.ResolveAsync($"v{i}");
                    Assert.Equal(answered[i], tagged?.Digest.ToString());
                    await SampleImages.VerifyAsync(await OciImage.OpenAsync(layout, tagged!));
                }
                await layout.CollectAsync(new LayoutCollectOptions { GracePeriod = TimeSpan.Zero });
                Assert.Equal(3 * Writers, await layout.ListBlobsAsync().CountAsync());
            }
            Assert.NotEqual(0, removed);
        }
        finally
        {
            foreach (StoreWorker worker in workers)
            {
                worker.Dispose();
            }
        }
    }

    // Old garbage, some of which the writers are about to use again: they add nothing, and only mark it as in use.
    private static async Task<OciLayout> PrepareAsync(string path)
    {
        OciLayout layout = await OciLayout.CreateAsync(path);
        for (int i = 0; i < Writers + 2; i++)
        {
            await SampleImage.AddAsync(layout, $"image{i}");
        }
        File.WriteAllText(Path.Combine(path, "index.json"), """{"schemaVersion":2,"manifests":[]}""");
        foreach (string blob in Directory.EnumerateFiles(Path.Combine(path, "blobs", "sha256")))
        {
            File.SetLastWriteTimeUtc(blob, DateTime.UtcNow.AddDays(-1));
        }
        return layout;
    }
}
