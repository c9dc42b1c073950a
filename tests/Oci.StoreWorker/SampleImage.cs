using System.Text;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Tar;

namespace Oci.StoreWorker;

/// <summary>Small images whose every byte follows from their name.</summary>
public static class SampleImage
{
    public static async Task<Descriptor> AddAsync(IContentStore store, string name)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            byte[] content = Encoding.UTF8.GetBytes(name);
            await writer.WriteEntryAsync(new TarHeader { Name = "hello"u8.ToArray(), Size = content.Length }, content);
            await writer.CompleteAsync();
        }
        Descriptor layer = await store.AddAsync(MediaTypes.Layer, tar.ToArray());
        var builder = new ImageBuilder(new Platform { Os = "linux", Architecture = "amd64" }) { Author = name, Created = DateTimeOffset.UnixEpoch };
        return await builder.AddLayer(layer, layer.Digest).BuildAsync(store);
    }
}
