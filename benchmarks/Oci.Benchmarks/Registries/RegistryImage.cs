using System.Security.Cryptography;
using System.Text;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.Tar;

namespace Oci.Benchmarks.Registries;

/// <summary>An image that registries are measured with: layers of random bytes, which no compression makes smaller.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Description">The same in words.</param>
/// <param name="Layers">How many layers.</param>
/// <param name="LayerSize">The bytes of each.</param>
internal sealed record RegistryImage(string Name, string Description, int Layers, int LayerSize)
{
    public const string Tag = "image";

    public static readonly RegistryImage Large = new("Large", "an image of one layer of 1 GB", 1, 1_000_000_000);
    public static readonly RegistryImage Small = new("Small", "an image of 200 layers of 20 KB", 200, 20_000);

    /// <summary>Makes the image in a new layout.</summary>
    public async Task<OciLayout> WriteAsync(string path)
    {
        var layout = await OciLayout.CreateAsync(path);
        var builder = new ImageBuilder { MaxLayers = Layers };
        var chunk = new byte[Math.Min(LayerSize, 1 << 20)];
        for (int i = 0; i < Layers; i++)
        {
            LayerDigests layer = await LayerBuilder.CreateAsync(layout, async (tar, cancellationToken) =>
            {
                for (int left = LayerSize, file = 0; left > 0; left -= chunk.Length, file++)
                {
                    RandomNumberGenerator.Fill(chunk);
                    ReadOnlyMemory<byte> content = chunk.AsMemory(0, Math.Min(left, chunk.Length));
                    await tar.WriteEntryAsync(new TarHeader { Name = Encoding.ASCII.GetBytes($"file{file}"), Size = content.Length }, content, cancellationToken);
                }
            });
            builder.AddLayer(layer.Descriptor, layer.DiffId);
        }
        await layout.TagAsync(await builder.BuildAsync(layout), Tag);
        return layout;
    }
}
