using System.Text;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.Tar;

namespace Oci.Interop.Tests.Building;

/// <summary>A layout with one image for each way in which images are made here, under the tag of that name.</summary>
internal static class BuiltImages
{
    public static readonly string[] Tags = ["built", "edited", "rebased", "flat", "flat-above"];

    private static readonly Platform Platform = Platform.Current with { Os = "linux", Variant = null };

    public static async Task<OciLayout> CreateAsync(string path)
    {
        OciLayout layout = await OciLayout.CreateAsync(path);
        LayerDigests lower = await LayerAsync(layout, Directory("usr"), Directory("usr/lib"), Link("lib", "usr/lib"), File("usr/lib/one", 4000), File("gone", 10), File("twin", 20),
            Directory("d"), File("d/old", 30), Directory("d/sub"), File("d/sub/x", 40), Directory("kept"), File("kept/file", 50), Directory("was-dir"), File("was-dir/y", 5), File("was-file", 5));
        LayerDigests upper = await LayerAsync(layout, File("lib/two", 60), Hard("twin2", "twin"), File(".wh.gone", 0), File(".wh.d", 0), File("was-dir", 7), Directory("was-file"), File("was-file/z", 8));
        LayerDigests top = await LayerAsync(layout, Directory("d"), File("d/new", 70), File("kept/.wh.file", 0), File(".wh.twin", 0), Directory("usr/lib", 0b111_000_000), File("with-xattr", 3, "user.note"));
        LayerDigests newLower = await LayerAsync(layout, Directory("usr"), Directory("usr/lib"), Link("lib", "usr/lib"), File("usr/lib/one", 4100), File("twin", 21), File("more", 9), Directory("kept"), File("kept/file", 51));

        OciImage lowerBase = await BuildAsync(layout, New().AddLayer(lower));
        OciImage newBase = await BuildAsync(layout, New().AddLayer(newLower));
        OciImage built = await TagAsync(layout, "built", New().AddLayer(lower).AddLayer(upper).AddLayer(top));
        ImageBuilder edit = ImageBuilder.Edit(built).RemoveLayer(2).InsertLayer(1, await LayerBuilder.FromFilesAsync(layout, [LayerFile.FromText("etc/motd", "hello\n")]));
        edit.Config = edit.Config.WithEnvironment("MODE", "fast").WithLabel("team", "web").WithExposedPort("80/tcp").WithVolume("/data");
        await TagAsync(layout, "edited", edit);
        await layout.TagAsync(await ImageRebaser.RebaseAsync(built, lowerBase, newBase, layout), "rebased");
        await layout.TagAsync(await ImageFlattener.FlattenAsync(built, layout), "flat");
        await layout.TagAsync(await ImageFlattener.FlattenAsync(built, layout, new FlattenOptions { FirstLayer = 1 }), "flat-above");

        OciImage arm = await BuildAsync(layout, new ImageBuilder(new Platform { Os = "linux", Architecture = "arm64", Variant = "v8" }) { Created = DateTimeOffset.UnixEpoch }.AddLayer(lower));
        await layout.TagAsync(await new ImageIndexBuilder().Add(built).Add(arm).BuildAsync(layout), "index");
        return layout;
    }

    private static ImageBuilder New()
    {
        var builder = new ImageBuilder(Platform) { Created = DateTimeOffset.UnixEpoch };
        builder.Config = builder.Config with { Cmd = ["/bin/sh"] };
        return builder;
    }

    private static async Task<OciImage> BuildAsync(OciLayout layout, ImageBuilder builder) => await OciImage.OpenAsync(layout, await builder.BuildAsync(layout));

    private static async Task<OciImage> TagAsync(OciLayout layout, string tag, ImageBuilder builder)
    {
        OciImage image = await BuildAsync(layout, builder);
        await layout.TagAsync(image.Descriptor, tag);
        return image;
    }

    private static Task<LayerDigests> LayerAsync(OciLayout layout, params TarHeader[] entries) => LayerBuilder.CreateAsync(layout, async (tar, token) =>
    {
        foreach (TarHeader entry in entries)
        {
            await tar.WriteEntryAsync(entry, new byte[entry.Size], token);
        }
    });

    private static TarHeader Directory(string name, int mode = 0b111_101_101) => Create(TarEntryType.Directory, name, mode);

    private static TarHeader Link(string name, string target) => Create(TarEntryType.SymbolicLink, name, 0b111_111_111, target);

    private static TarHeader Hard(string name, string target) => Create(TarEntryType.HardLink, name, 0b110_100_100, target);

    private static TarHeader File(string name, int size, string? xattr = null)
    {
        TarHeader header = Create(TarEntryType.File, name, 0b110_100_100);
        header.Size = size;
        if (xattr is not null)
        {
            header.Xattrs.Add(new TarXattr(Encoding.ASCII.GetBytes(xattr), "value"u8.ToArray()));
        }
        return header;
    }

    private static TarHeader Create(TarEntryType type, string name, int mode, string target = "") => new()
    {
        Type = type,
        Name = Encoding.ASCII.GetBytes(name),
        LinkName = Encoding.ASCII.GetBytes(target),
        Mode = mode,
        ModifiedTime = new TarTime(1_000_000_000),
    };
}
