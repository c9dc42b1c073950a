using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.Changes;

/// <summary>Layers applied in memory give what an unpack of them gives on disk, or are refused for the same reason.</summary>
public sealed class ImageTreeTests : IDisposable
{
    // With few names, layers meet: links as parents, links in a circle, what is replaced and what is hidden.
    private static readonly string[] Names =
    [
        "a", "b", "c", "a/a", "a/b", "b/a", "b/c/d", "./a/./c/", "c/../a", "/a", ".", "a/.wh.b", ".wh.a", ".wh.b", "b/.wh..wh..opq", ".wh..wh..opq",
        ".wh.", "a/.wh..", ".wh.a/b", "l", "l/x", "m", "m/y/z", "b/l/c", "é\n",
    ];

    private static readonly string[] Targets = ["a", "/b", "..", "../..", "l", "m/..", "c/d/e", "nowhere", "a/b", "/"];

    private readonly TempDirectory _temp = new();
    private int _count;

    public ImageTreeTests() => Requires.Linux();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void ApplyAsync_ArbitraryLayers_IsWhatTheUnpackerMakes()
    {
        int unpacked = 0;
        int refused = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<int[][]>(), layers =>
        {
            bool isUnpacked = CheckAsync(layers).GetAwaiter().GetResult();
            unpacked += isUnpacked ? 1 : 0;
            refused += isUnpacked ? 0 : 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(250));
        Assert.True(unpacked > 50 && refused > 50, $"{unpacked} unpacked, {refused} refused");
    }

    private async Task<bool> CheckAsync(int[][] numbers)
    {
        byte[][] layers = [.. numbers.Take(4).Select(MakeLayer)];
        string directory = _temp.Combine($"{++_count}");
        UnpackFailure? failure = null;
        try
        {
            await new ImageUnpacker().UnpackTarsAsync([.. layers.Select(layer => new MemoryStream(layer))], directory);
        }
        catch (UnpackException exception)
        {
            failure = exception.Failure;
        }
        if (failure is not null)
        {
            UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => Trees.ApplyAsync(layers));
            Assert.Equal(failure, exception.Failure);
            return false;
        }
        TreeSnapshot inMemory = await Trees.ApplyAsync(layers);
        TreeSnapshot onDisk = await TreeSnapshot.CaptureAsync(directory, new TreeSnapshotOptions { UidMappings = [IdMapping.ProcessUser], GidMappings = [IdMapping.ProcessGroup] });
        RootFilesystem.Delete(directory);
        Assert.Empty(onDisk.GetChangesSince(inMemory).Select(change => $"{change} {change.Aspects}"));
        Assert.Empty(inMemory.GetChangesSince(onDisk));
        Assert.Equal(onDisk.EntryCount, inMemory.EntryCount);
        return true;
    }

    private static byte[] MakeLayer(int[] numbers)
    {
        var layer = new LayerBytes();
        foreach (int number in numbers.Take(12))
        {
            var random = new Random(number);
            string name = Names[random.Next(Names.Length)];
            if (random.Next(3) == 0)
            {
                layer.Pax(("SCHILY.xattr.user.x", $"{random.Next(2)}"), ("mtime", $"{random.Next(5)}.5"));
            }
            switch (random.Next(8))
            {
                case 0 or 1:
                    layer.File(name, new string('x', random.Next(3)), random.Next(2) == 0 ? "0000644" : "0004755");
                    break;
                case 2 or 3 or 4:
                    layer.Directory(name, random.Next(2) == 0 ? "0000755" : "0001700");
                    break;
                case 5:
                    layer.SymbolicLink(name, Targets[random.Next(Targets.Length)]);
                    break;
                case 6:
                    layer.HardLink(name, random.Next(2) == 0 ? Names[random.Next(Names.Length)] : Targets[random.Next(Targets.Length)]);
                    break;
                default:
                    layer.Fifo(name);
                    break;
            }
        }
        return layer.ToArray();
    }
}
