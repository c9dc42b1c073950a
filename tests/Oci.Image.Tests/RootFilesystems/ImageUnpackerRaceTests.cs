using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Someone with rights in the directory swaps it about while a layer is unpacked.</summary>
public sealed class ImageUnpackerRaceTests
{
    private const int Rounds = 40;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_DirectoryIsSwappedForALinkOutside_NothingIsWrittenThere(bool byComponent)
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        string outside = temp.Combine("outside");
        string root = temp.Combine("root");
        Directory.CreateDirectory(Path.Combine(outside, "b"));
        File.WriteAllText(Path.Combine(outside, "b", "file1"), "untouched");
        byte[] archive = MakeLayer().ToArray();
        using var stop = new CancellationTokenSource();
        long swaps = 0;
        var attacker = new Thread(() => swaps = Swap(root, outside, stop.Token)) { IsBackground = true };
        attacker.Start();
        try
        {
            for (int i = 0; i < Rounds; i++)
            {
                try
                {
                    await new ImageUnpacker(new UnpackOptions { WalksByComponent = byComponent }).UnpackTarsAsync([new MemoryStream(archive)], root);
                }
                catch (UnpackException)
                {
                    // The attacker may well make an unpack fail, but no more than that.
                }
                Assert.Equal(["b/", "b/file1"], LayerBytes.List(outside));
                Assert.Equal("untouched", File.ReadAllText(Path.Combine(outside, "b", "file1")));
                Remove(temp.Path, "root\0"u8);
            }
        }
        finally
        {
            stop.Cancel();
            attacker.Join();
            Remove(temp.Path, "root\0"u8);
        }
        Assert.True(swaps > 0, $"The attacker swapped nothing in {Rounds} rounds: the test proved nothing.");
    }

    private static LayerBytes MakeLayer()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < 60; i++)
        {
            layer.Directory("a/b").File($"a/b/file{i}", "x").File($"a/c{i}/file", "x").HardLink($"a/link{i}", $"a/b/file{i}").SymbolicLink($"a/b/s{i}", "/x").File("a/b");
        }
        return layer;
    }

    /// <summary>Puts a link in the place of <c>a</c> and takes it away again. Touches nothing by a path through the link.</summary>
    private static long Swap(string root, string outside, CancellationToken stop)
    {
        string victim = Path.Combine(root, "a");
        string aside = Path.Combine(root, "aside");
        long swaps = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Directory.Move(victim, aside);
                File.CreateSymbolicLink(victim, outside);
                swaps++;
                Thread.Yield();
                File.Delete(victim);
                Directory.Move(aside, victim);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not there yet, or there again already: the race is the point. What lies aside would block the next swap.
                Remove(root, "aside\0"u8);
            }
        }
        return swaps;
    }

    /// <summary>By handles, since a removal by paths would lose the race and go through the link.</summary>
    private static void Remove(string directory, ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < 1000; i++)
        {
            try
            {
                using RootDirectory parent = RootDirectory.Open(directory);
                new TreeRemover(directories: null).Remove(parent.Handle, parentInode: 0, name);
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (exception is FileNotFoundException)
                {
                    return;
                }
            }
        }
    }
}
