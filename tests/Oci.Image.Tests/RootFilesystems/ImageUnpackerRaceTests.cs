using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Someone with rights in the directory swaps it about while a layer is unpacked.</summary>
public sealed class ImageUnpackerRaceTests
{
    private const int Rounds = 40;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_PathsAreSwappedForLinksOutside_NothingIsWrittenThere(bool byComponent)
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        string outside = temp.Combine("outside");
        Directory.CreateDirectory(Path.Combine(outside, "b"));
        var layer = new LayerBytes();
        for (int i = 0; i < 40; i++)
        {
            layer.Directory("a/b").File($"a/b/file{i}", "x").File($"a/c{i}/file", "x").HardLink($"a/link{i}", $"a/b/file{i}").SymbolicLink($"a/b/s{i}", "/x");
        }
        byte[] archive = layer.ToArray();
        string root = temp.Combine("root");
        using var stop = new CancellationTokenSource();
        long swaps = 0;
        var attacker = new Thread(() => swaps = Swap(root, outside, stop.Token));
        attacker.Start();
        int unpacked = 0;
        for (int i = 0; i < Rounds; i++)
        {
            try
            {
                await new ImageUnpacker(new UnpackOptions { WalksByComponent = byComponent }).UnpackTarsAsync([new MemoryStream(archive)], root);
                unpacked++;
            }
            catch (UnpackException)
            {
                // The attacker may well make an unpack fail, but no more than that.
            }
            Assert.Equal(["b/"], LayerBytes.List(outside));
            Remove(root);
        }
        stop.Cancel();
        attacker.Join();

        Assert.True(swaps > 0, $"The attacker swapped nothing in {Rounds} rounds ({unpacked} unpacked): the test proved nothing.");
    }

    private static long Swap(string root, string outside, CancellationToken stop)
    {
        string victim = Path.Combine(root, "a");
        string inner = Path.Combine(victim, "b");
        string aside = Path.Combine(root, "aside");
        long swaps = 0;
        while (!stop.IsCancellationRequested)
        {
            foreach (string path in (string[])[victim, inner])
            {
                try
                {
                    Directory.Move(path, aside);
                    File.CreateSymbolicLink(path, outside);
                    swaps++;
                    Thread.Yield();
                    File.Delete(path);
                    Directory.Move(aside, path);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // Not there yet, or there again already: the race is the point.
                    try
                    {
                        Directory.Delete(aside, recursive: true);
                    }
                    catch (Exception inner2) when (inner2 is IOException or UnauthorizedAccessException)
                    {
                    }
                }
            }
        }
        return swaps;
    }

    private static void Remove(string root)
    {
        for (int i = 0; Directory.Exists(root); i++)
        {
            try
            {
                Directory.Delete(root, recursive: true);
            }
            catch (Exception exception) when (i < 1000 && exception is IOException or UnauthorizedAccessException)
            {
                // The attacker is still at it.
            }
        }
    }
}
