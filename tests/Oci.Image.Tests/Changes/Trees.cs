using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Changes;

/// <summary>Trees, and layers between them, for tests.</summary>
internal static class Trees
{
    /// <summary>Keeps all. An ordinary user's own files are the image's 0:0, which its unpack leaves to the user again.</summary>
    public static readonly PackOptions Exact = new()
    {
        KeepNanoseconds = true,
        IncludeRoot = true,
        UidMappings = Environment.IsPrivilegedProcess ? [] : [IdMapping.ProcessUser],
        GidMappings = Environment.IsPrivilegedProcess ? [] : [IdMapping.ProcessGroup],
    };

    public static async Task<byte[]> PackAsync(string directory) => await WriteAsync(tar => new DirectoryPacker(Exact).PackAsync(directory, tar));

    public static async Task<byte[]> DiffAsync(string before, string after, PackOptions? options = null) =>
        await WriteAsync(tar => new ChangePacker(options ?? Exact).PackTreesAsync(before, after, tar));

    public static async Task<byte[]> WriteAsync(Func<TarWriter, Task> write)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            await write(tar);
            await tar.CompleteAsync();
        }
        return archive.ToArray();
    }

    public static Task<UnpackResult> UnpackAsync(string directory, params byte[][] layers) =>
        new ImageUnpacker().UnpackTarsAsync([.. layers.Select(layer => new MemoryStream(layer))], directory);

    /// <summary>The tree that layers make, in memory.</summary>
    public static async Task<TreeSnapshot> ApplyAsync(params byte[][] layers)
    {
        var tree = new ImageTree(new TreeSnapshotOptions());
        for (int i = 0; i < layers.Length; i++)
        {
            await using var reader = new TarReader(new MemoryStream(layers[i]));
            var layer = new ImageLayer(Descriptor.Create(MediaTypes.Layer, layers[i]), Digest.Compute(layers[i]), Digest.Compute(layers[i]));
            await tree.ApplyAsync(reader, layer, i, CancellationToken.None);
        }
        return new TreeSnapshot(tree.Root, hasContentDigests: false);
    }

    /// <summary>The names of entries, each with a mark of its type: a slash, or the target of a link.</summary>
    public static async Task<string[]> NamesAsync(byte[] layer, bool withNames = true)
    {
        var names = new List<string>();
        await using var reader = new TarReader(new MemoryStream(layer));
        while (await reader.ReadAsync())
        {
            if (!withNames)
            {
                continue;
            }
            names.Add(reader.Entry.Type switch
            {
                TarEntryType.HardLink => $"{reader.Entry} => {TarName.ToDisplay(reader.Entry.LinkName)}",
                TarEntryType.SymbolicLink => $"{reader.Entry} -> {TarName.ToDisplay(reader.Entry.LinkName)}",
                _ => reader.Entry.ToString(),
            });
        }
        return [.. names];
    }
}
