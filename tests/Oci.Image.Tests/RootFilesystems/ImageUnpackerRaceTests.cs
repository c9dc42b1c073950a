using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Someone with rights in the root exchanges its directories for links to the outside while layers are unpacked.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ImageUnpackerRaceTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly Sentinel _outside;
    private readonly string _root;

    public ImageUnpackerRaceTests()
    {
        Requires.Linux();
        _outside = new Sentinel(_temp.Path);
        _root = _temp.Combine("root");
    }

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_DirectoriesBecomeLinks_NothingOutsideIsTouched(bool byComponent) =>
        await RaceAsync(rounds: 40, byComponent, _ => [MakeLayer(), MakeUpperLayer()]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_EscapesWhileDirectoriesBecomeLinks_NothingOutsideIsTouched(bool byComponent)
    {
        Func<string, LayerBytes[]>[] cases = [.. EscapeCorpus.Cases.Values];
        var random = new Random(1);
        await RaceAsync(rounds: 160, byComponent, i => i % 2 == 0 ? cases[i / 2 % cases.Length](_outside.Path) : EscapeCorpus.MakeRandom(random, _outside.Path));
    }

    private async Task RaceAsync(int rounds, bool byComponent, Func<int, LayerBytes[]> make)
    {
        var options = new UnpackOptions { WalksByComponent = byComponent };
        int unpacked = 0;
        // The victims are what the layers make most of; below a link they lead outside as well.
        using var attacker = new DirectorySwapper(_temp.Path, _outside.Path, "root/a", "root/a/b", "root/d", "root/b", "root/l");
        for (int i = 0; i < rounds; i++)
        {
            try
            {
                await LayerBytes.UnpackAsync(_root, options, make(i));
                unpacked++;
            }
            catch (Exception exception) when (exception is UnpackException or Oci.Image.Tar.TarFormatException)
            {
                // The attacker may well make an unpack fail, but no more than that.
            }
            DirectorySwapper.Remove(_temp.Path, "root\0"u8);
            _outside.AssertUntouched($"Unpack {i}, or its removal,");
        }
        Assert.True(attacker.Swaps > rounds, $"The attacker swapped {attacker.Swaps} times in {rounds} rounds, of which {unpacked} were unpacked: the test proved nothing.");
    }

    private static LayerBytes MakeLayer()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < 30; i++)
        {
            layer.Directory("a/b").File($"a/b/file{i}", "x").File($"a/c{i}/file", "x").HardLink($"a/link{i}", $"a/b/file{i}").SymbolicLink($"a/b/s{i}", "/x").Fifo($"a/b/p{i}").File("a/b").Directory("a/b").File("a/b/file", "x");
        }
        return layer;
    }

    private static LayerBytes MakeUpperLayer()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < 30; i++)
        {
            layer.File($"a/.wh.link{i}").File($"a/c{i}/.wh..wh..opq").File("a/.wh.secret").File("a/dir/.wh.file").Directory("a", "0000700").HardLink("a/stolen", "a/secret").File("a/secret", "x");
        }
        return layer;
    }
}
