using System.Text;
using Oci.Image.Building;
using Oci.Image.Changes;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Building;

/// <summary>Images of layers that tests write entry by entry, and what they unpack to.</summary>
internal static class LayeredImage
{
    public static async Task<OciImage> BuildAsync(MemoryContentStore store, params IReadOnlyList<TarHeader>[] layers)
    {
        var builder = new ImageBuilder(new Platform { Os = "linux", Architecture = "amd64" }) { Created = DateTimeOffset.UnixEpoch };
        foreach (IReadOnlyList<TarHeader> entries in layers)
        {
            builder.AddLayer(await LayerBuilder.CreateAsync(store, (tar, token) => WriteAsync(tar, entries, token), new LayerBuilderOptions { Codec = null }));
        }
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }

    /// <summary>A file's content is its name and size, over and over.</summary>
    private static async Task WriteAsync(TarWriter tar, IReadOnlyList<TarHeader> entries, CancellationToken cancellationToken)
    {
        foreach (TarHeader entry in entries)
        {
            byte[] content = new byte[entry.Size];
            byte[] pattern = Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(entry.Name.Span)} {entry.Size} {entry.ModifiedTime}");
            for (int i = 0; i < content.Length; i++)
            {
                content[i] = pattern[i % pattern.Length];
            }
            await tar.WriteEntryAsync(entry, content, cancellationToken);
        }
    }

    public static TarHeader Directory(string name, int mode = 0b111_101_101, long time = 1000) =>
        new() { Type = TarEntryType.Directory, Name = Encoding.UTF8.GetBytes(name), Mode = mode, ModifiedTime = new TarTime(time) };

    public static TarHeader File(string name, int size = 10, long time = 1000) =>
        new() { Name = Encoding.UTF8.GetBytes(name), Size = size, ModifiedTime = new TarTime(time) };

    public static TarHeader Link(string name, string target, bool isHard = false) =>
        new() { Type = isHard ? TarEntryType.HardLink : TarEntryType.SymbolicLink, Name = Encoding.UTF8.GetBytes(name), LinkName = Encoding.UTF8.GetBytes(target), ModifiedTime = new TarTime(1000) };

    /// <summary>What is other in the tree of an image than in one that was unpacked, by unpacking it too.</summary>
    /// <remarks>A directory that no entry describes has the time of the unpack; one that has to be described for it has none of its own to say.</remarks>
    public static async Task<IReadOnlyList<string>> GetDifferencesAsync(TempDirectory temp, string before, OciImage image)
    {
        string after = temp.Combine(Path.GetRandomFileName());
        await new ImageUnpacker().UnpackAsync(image, after);
        TreeSnapshot old = await TreeSnapshot.CaptureAsync(before, new TreeSnapshotOptions { ContentDigests = true });
        TreeSnapshot now = await TreeSnapshot.CaptureAsync(after, new TreeSnapshotOptions { ContentDigests = true });
        string[] differences = [.. now.GetChangesSince(old).Where(change => !IsTimeOfUnpack(change)).Select(change => $"{change} {change.Aspects}")];
        RootFilesystem.Delete(after);
        return differences;

        bool IsTimeOfUnpack(TreeChange change) =>
            change is { Aspects: TreeChangeAspects.Time, Type: TarEntryType.Directory }
            && TimeOf(before, change).Year > 2020 && (TimeOf(after, change).Year > 2020 || TimeOf(after, change) == DateTime.UnixEpoch);

        static DateTime TimeOf(string root, TreeChange change) => System.IO.Directory.GetLastWriteTimeUtc(Path.Combine(root, change.Path));
    }

    public static async Task<List<string>> NamesAsync(IContentSource source, ImageLayer layer)
    {
        var names = new List<string>();
        await using var reader = new LayerReader(await source.OpenAsync(layer.Descriptor), layer.Descriptor, layer.DiffId);
        while (await reader.Tar.ReadAsync())
        {
            TarEntry entry = reader.Tar.Entry;
            names.Add(entry.ToString() + (entry.Type == TarEntryType.HardLink ? $" => {Encoding.UTF8.GetString(entry.LinkName)}" : ""));
        }
        await reader.CompleteAsync();
        return names;
    }
}
