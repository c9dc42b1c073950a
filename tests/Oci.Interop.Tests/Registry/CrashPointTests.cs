using System.Collections.Concurrent;
using Oci.Image;
using Oci.Interop.Tests.EmbeddedRegistry;

namespace Oci.Interop.Tests.Registry;

/// <summary>The registry is killed at each step of a push and a delete that changes what lies on disk.</summary>
public sealed class CrashPointTests
{
    [Fact]
    public async Task Kill_AtEachStepOnDisk_LosesNothingThatWasAnsweredAndThePushGoesOn()
    {
        string strace = Requires.Tool("strace");
        using var folder = new TempDirectory();
        var answered = new ConcurrentBag<int>();

        await Parallel.ForEachAsync(CrashScript.Points.Index(), new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (item, _) =>
        {
            (int number, (string call, string path)) = item;
            string data = folder.Combine($"{number}");
            string point = $"{call} of {path}";
            var script = new CrashScript();
            // strace(1), "inject": SIGKILL comes on entry, so the call is not made. Calls count by thread, hence the paths.
            string[] wrapper = [strace, "-f", "-o", "/dev/null", .. path.Length > 0 ? (string[])["-P", Path.Combine(data, path)] : [], "-e", $"trace={call}", "-e", $"inject={call}:signal=SIGKILL"];
            await using (RegistryProcess registry = await RegistryProcess.StartAsync(data, wrapper))
            {
                using var client = new HttpClient { BaseAddress = registry.Address };
                await script.RunAsync(client);
                // Seven answers: the call was never made.
                Assert.True(script.Answered < 7, point);
                using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                await registry.WaitForExitAsync(cancellation.Token);
            }
            answered.Add(script.Answered);

            await using EmbeddedHost after = await EmbeddedHost.StartAsync(options => options.RootDirectory = data);
            using var reader = new HttpClient { BaseAddress = after.Address };
            await script.VerifyAsync(reader, point);
            CrashTests.AssertContentIsWhatItsNameSays(Path.Combine(data, "blobs"));
            var again = new CrashScript();
            await again.RunAsync(reader);
            await again.VerifyAsync(reader, point);
            Assert.Equal(7, again.Answered);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(data, "staging")));
        });

        // Every answer was once the last one.
        Assert.Equal(Enumerable.Range(0, 7), answered.Distinct().Order());
    }
}
