using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;

namespace Quickstart.MachineImages;

/// <summary>Makes an image of this machine's own files: one layer, one config, one manifest.</summary>
internal static class MachineImage
{
    private const string Greeting = """
        echo "Hello from a container. I am process $$, user $(id -u) in it."; echo "These are my files:"; ls -1 /; echo "and this my kernel: $(uname -sr)"
        """;

    private static readonly string[] EmptyFolders = ["dev", "etc", "proc", "root", "sys", "tmp"];

    /// <summary>Writes the image into a store, without a tag.</summary>
    public static async Task<Descriptor> BuildAsync(MachineFiles files, IContentStore store, CancellationToken cancellationToken)
    {
        LayerDigests layer = await LayerBuilder.FromFilesAsync(store, GetEntries(files), cancellationToken: cancellationToken);

        var image = new ImageBuilder { Created = DateTimeOffset.UnixEpoch };
        image.Config = image.Config with { Cmd = ["/bin/sh", "-c", Greeting], Env = ["PATH=/bin"] };
        return await image.AddLayer(layer).BuildAsync(store, cancellationToken);
    }

    private static IEnumerable<LayerFile> GetEntries(MachineFiles files)
    {
        foreach (string folder in EmptyFolders)
        {
            yield return LayerFile.Directory(folder) with { Mode = Convert.ToInt32(folder == "tmp" ? "1777" : "755", 8) };
        }
        foreach ((string name, string path) in files.Files)
        {
            yield return LayerFile.FromFile(name, path) with { Mode = Convert.ToInt32("755", 8) };
        }
        foreach ((string name, string target) in files.Links)
        {
            yield return LayerFile.SymbolicLink(name, target);
        }
        yield return LayerFile.FromText("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    }
}
