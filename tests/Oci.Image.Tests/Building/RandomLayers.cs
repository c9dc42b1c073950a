using System.Text;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Building;

/// <summary>Layers that often name the same few paths: files over directories, links through links, whiteouts of all of them.</summary>
internal sealed class RandomLayers(int seed)
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private readonly Random _random = new(seed);

    public List<TarHeader>[] Create()
    {
        var layers = new List<TarHeader>[_random.Next(1, 6)];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = [.. Enumerable.Range(0, _random.Next(0, 14)).Select(_ => CreateEntry())];
        }
        return layers;
    }

    /// <summary>Unpacks, and takes entries out that this refuses, until it takes all.</summary>
    public static async Task<OciImage> BuildValidAsync(MemoryContentStore store, List<TarHeader>[] layers, string directory)
    {
        while (true)
        {
            OciImage image = await LayeredImage.BuildAsync(store, layers);
            try
            {
                await new ImageUnpacker().UnpackAsync(image, directory);
                return image;
            }
            catch (UnpackException e) when (e.LayerIndex is int layer)
            {
                Assert.NotEqual(0, layers[layer].RemoveAll(entry => Encoding.UTF8.GetString(entry.Name.Span) == e.EntryName!.TrimEnd('/')));
            }
        }
    }

    private TarHeader CreateEntry()
    {
        string path = CreatePath();
        TarHeader header = _random.Next(20) switch
        {
            < 6 => LayeredImage.File(path, _random.Next(3) * 300),
            < 11 => LayeredImage.Directory(path),
            < 13 => LayeredImage.Link(path, _random.Next(4) switch { 0 => "/" + CreatePath(), 1 => "../" + CreatePath(), 2 => "..", _ => CreatePath() }),
            < 15 => LayeredImage.Link(path, CreatePath(), isHard: true),
            15 when _random.Next(2) == 0 => new TarHeader { Type = TarEntryType.CharacterDevice, Name = Encoding.UTF8.GetBytes(path), DevMajor = 1, DevMinor = (uint)_random.Next(9) },
            15 => new TarHeader { Type = TarEntryType.Fifo, Name = Encoding.UTF8.GetBytes(path) },
            < 18 => LayeredImage.File(Path.Combine(Path.GetDirectoryName(path)!, ".wh." + Path.GetFileName(path)), 0),
            18 => LayeredImage.File(path + "/.wh..wh..opq", 0),
            _ => LayeredImage.File(Path.Combine(Path.GetDirectoryName(path)!, ".wh..wh..opq"), 0),
        };
        // An ordinary user must be able to read what it unpacked.
        header.Mode = _random.Next(0b1_000_000_000_000) | 0b111_000_000;
        header.ModifiedTime = new TarTime(_random.Next(1_000_000_000), _random.Next(2) * 500_000_000);
        header.Uid = _random.Next(3);
        header.Gid = _random.Next(3);
        if (header.Type is TarEntryType.File or TarEntryType.Directory && _random.Next(4) == 0)
        {
            header.Xattrs.Add(new TarXattr("user.test"u8.ToArray(), new byte[] { 0, (byte)_random.Next(256) }));
        }
        return header;
    }

    private string CreatePath() => string.Join('/', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Names[_random.Next(Names.Length)]));
}
