using System.Text;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Tar;

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
        await using ContentWriter blob = await store.CreateAsync(cancellationToken);
        await using var layer = new LayerWriter(blob);
        await WriteEntriesAsync(layer.Tar, files, cancellationToken);
        LayerDigests digests = await layer.CompleteAsync(cancellationToken);
        await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest, cancellationToken);

        var image = new ImageBuilder { Created = DateTimeOffset.UnixEpoch };
        image.Config = image.Config with { Cmd = ["/bin/sh", "-c", Greeting], Env = ["PATH=/bin"] };
        image.AddLayer(digests.Descriptor, digests.DiffId);
        return await image.BuildAsync(store, cancellationToken);
    }

    private static async Task WriteEntriesAsync(TarWriter tar, MachineFiles files, CancellationToken cancellationToken)
    {
        foreach (string folder in files.Folders.Concat(EmptyFolders).Distinct().Order(StringComparer.Ordinal))
        {
            int mode = Convert.ToInt32(folder == "tmp" ? "1777" : "755", 8);
            await tar.WriteEntryAsync(new TarHeader { Type = TarEntryType.Directory, Name = ToBytes($"{folder}/"), Mode = mode }, cancellationToken);
        }
        foreach ((string name, string path) in files.Files)
        {
            await using FileStream content = File.OpenRead(path);
            var header = new TarHeader { Name = ToBytes(name), Mode = Convert.ToInt32("755", 8), Size = content.Length };
            await tar.WriteEntryAsync(header, content, cancellationToken);
        }
        foreach ((string name, string target) in files.Links)
        {
            await tar.WriteEntryAsync(new TarHeader { Type = TarEntryType.SymbolicLink, Name = ToBytes(name), LinkName = ToBytes(target) }, cancellationToken);
        }
        await tar.WriteEntryAsync(
            new TarHeader { Name = ToBytes("etc/passwd"), Size = Passwd.Length },
            Passwd,
            cancellationToken);
    }

    private static byte[] Passwd => "root:x:0:0:root:/root:/bin/sh\n"u8.ToArray();

    private static byte[] ToBytes(string text) => Encoding.UTF8.GetBytes(text);
}
