using System.Text;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Changes;

public sealed class TreeEntryTests
{
    [Fact]
    public async Task ListEntries_LayersOverEachOther_AreTheTreeInOrder()
    {
        byte[] lower = await Trees.WriteAsync(async tar =>
        {
            await tar.WriteEntryAsync(Header("b/", TarEntryType.Directory, 0x3FF));
            await tar.WriteEntryAsync(Header("b/file", TarEntryType.File, 0x1A4, size: 5), "12345"u8.ToArray());
            await tar.WriteEntryAsync(Header("b/gone", TarEntryType.File, 0x1A4));
            await tar.WriteEntryAsync(Header("b.txt", TarEntryType.File, 0x1A4));
        });
        byte[] upper = await Trees.WriteAsync(async tar =>
        {
            await tar.WriteEntryAsync(Header("b/.wh.gone", TarEntryType.File, 0));
            await tar.WriteEntryAsync(Header("b/name", TarEntryType.HardLink, 0, link: "b/file"));
            await tar.WriteEntryAsync(Header("deep/er/link", TarEntryType.SymbolicLink, 0x1FF, link: "/b/file"));
            TarHeader device = Header("null", TarEntryType.CharacterDevice, 0x1B6);
            device.DevMajor = 1;
            device.DevMinor = 3;
            await tar.WriteEntryAsync(device);
        });

        TreeEntry[] entries = [.. (await Trees.ApplyAsync(lower, upper)).ListEntries()];

        Assert.Equal([".", "b", "b/file", "b/name", "b.txt", "deep", "deep/er", "deep/er/link", "null"], entries.Select(e => e.Path));
        TreeEntry file = entries[2];
        Assert.Equal((TarEntryType.File, 0x1A4, 5, 2), (file.Type, file.Mode, file.Size, file.NameCount));
        Assert.Equal(new FileOwner(7, 8), file.Owner);
        Assert.Equal(new TarTime(1000), file.ModifiedTime);
        Assert.Equal(2, entries[3].NameCount);
        Assert.Equal((TarEntryType.Directory, 0x3FF), (entries[1].Type, entries[1].Mode));
        Assert.Null(entries[5].ModifiedTime);
        Assert.Equal("/b/file", Encoding.UTF8.GetString(entries[7].LinkTarget.Span));
        Assert.Equal((1u, 3u), (entries[8].DevMajor, entries[8].DevMinor));
    }

    [Fact]
    public async Task ListEntries_NamesThatAreNoText_AreEscapedAndKept()
    {
        byte[] layer = await Trees.WriteAsync(async tar => await tar.WriteEntryAsync(new TarHeader { Name = new byte[] { (byte)'a', 0xFF }, Type = TarEntryType.File }));

        TreeEntry entry = (await Trees.ApplyAsync(layer)).ListEntries().Last();

        Assert.Equal(@"a\xFF", entry.Path, ignoreCase: true);
        Assert.Equal([(byte)'a', 0xFF], entry.PathBytes.ToArray());
    }

    private static TarHeader Header(string name, TarEntryType type, int mode, int size = 0, string link = "") => new()
    {
        Name = Encoding.UTF8.GetBytes(name),
        Type = type,
        Mode = mode,
        Size = size,
        Uid = 7,
        Gid = 8,
        ModifiedTime = new TarTime(1000),
        LinkName = Encoding.UTF8.GetBytes(link),
    };
}
