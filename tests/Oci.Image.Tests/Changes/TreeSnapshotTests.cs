using System.Security.Cryptography;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.Changes;

public sealed class TreeSnapshotTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task ReadAsync_SavedSnapshotByteByByte_IsTheSame()
    {
        TreeSnapshot snapshot = await SampleAsync();
        byte[] saved = await SaveAsync(snapshot);

        TreeSnapshot read = await TreeSnapshot.ReadAsync(new OneByteStream(new MemoryStream(saved)));

        Assert.Empty(read.GetChangesSince(snapshot));
        Assert.Equal(snapshot.EntryCount, read.EntryCount);
        Assert.Equal(saved, await SaveAsync(read));
    }

    [Fact]
    public async Task ReadAsync_Truncated_Throws()
    {
        byte[] saved = await SaveAsync(await SampleAsync());
        for (int length = 0; length < saved.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => TreeSnapshot.ReadAsync(new MemoryStream(saved, 0, length)));
        }
        await Assert.ThrowsAsync<InvalidDataException>(() => TreeSnapshot.ReadAsync(new MemoryStream([.. saved, 0])));
    }

    [Fact]
    public async Task ReadAsync_AnyByteChanged_Throws()
    {
        byte[] saved = await SaveAsync(await SampleAsync());
        for (int i = 0; i < saved.Length; i++)
        {
            foreach (byte flip in (byte[])[1, 0x20, 0x80, 0xFF])
            {
                byte[] damaged = [.. saved];
                damaged[i] ^= flip;
                await Assert.ThrowsAsync<InvalidDataException>(() => TreeSnapshot.ReadAsync(new MemoryStream(damaged)));
            }
        }
    }

    // With a digest that fits, only the reader's own checks are left: what passes them is a snapshot with one form.
    [Fact]
    public async Task ReadAsync_AnyByteChangedAndTheDigestToo_ThrowsOrIsWhatItSays()
    {
        byte[] saved = await SaveAsync(await SampleAsync());
        int refused = 0;
        for (int i = 0; i < saved.Length - 32; i++)
        {
            for (int flip = 1; flip < 256; flip += 23)
            {
                byte[] damaged = [.. saved];
                damaged[i] ^= (byte)flip;
                SHA256.HashData(damaged.AsSpan(0, damaged.Length - 32), damaged.AsSpan(damaged.Length - 32));
                try
                {
                    Assert.Equal(damaged, await SaveAsync(await TreeSnapshot.ReadAsync(new MemoryStream(damaged))));
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }
        }
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task ReadAsync_Limits_AreKept()
    {
        byte[] saved = await SaveAsync(await SampleAsync());
        foreach (TreeSnapshotOptions options in (TreeSnapshotOptions[])[new() { MaxEntries = 2 }, new() { MaxBytes = 10 }])
        {
            await Assert.ThrowsAsync<OciImageException>(() => TreeSnapshot.ReadAsync(new MemoryStream(saved), options));
        }
    }

    [Fact]
    public async Task CaptureAsync_Limits_AreKept()
    {
        Requires.Linux();
        Directory.CreateDirectory(_temp.Combine("tree/one/two"));
        foreach (TreeSnapshotOptions options in (TreeSnapshotOptions[])[new() { MaxEntries = 2 }, new() { MaxBytes = 5 }])
        {
            await Assert.ThrowsAsync<OciImageException>(() => TreeSnapshot.CaptureAsync(_temp.Combine("tree"), options));
        }
        Assert.Equal(3, (await TreeSnapshot.CaptureAsync(_temp.Combine("tree"), new TreeSnapshotOptions { MaxEntries = 3 })).EntryCount);
    }

    [Fact]
    public async Task FromImageAsync_Limits_AreKept()
    {
        byte[] layer = new LayerBytes().File("a").File("b").ToArray();
        var tree = new ImageTree(new TreeSnapshotOptions { MaxEntries = 2 });
        await using var reader = new Image.Tar.TarReader(new MemoryStream(layer));
        var content = new ImageLayer(Descriptor.Create(MediaTypes.Layer, layer), Digest.Compute(layer), Digest.Compute(layer));
        await Assert.ThrowsAsync<OciImageException>(() => tree.ApplyAsync(reader, content, 0, CancellationToken.None));
    }

    [Fact]
    public async Task CaptureAsync_ManyEntries_TakesLittleMemory()
    {
        var layer = new LayerBytes();
        const int Count = 100_000;
        for (int i = 0; i < Count; i++)
        {
            layer.File($"usr/share/doc/package-{i / 20}/file-{i}.txt");
        }
        byte[] bytes = layer.ToArray();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        TreeSnapshot snapshot = await Trees.ApplyAsync(bytes);

        long taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(Count + (Count / 20) + 4, snapshot.EntryCount);
        Assert.InRange(taken, 0, 40 << 20);
        Assert.InRange((await SaveAsync(snapshot)).Length, 0, 60 * Count);
    }

    [Fact]
    public async Task CaptureAsync_NoSuchDirectory_Throws()
    {
        Requires.Linux();
        await Assert.ThrowsAsync<FileNotFoundException>(() => TreeSnapshot.CaptureAsync(_temp.Combine("none")));
    }

    private static async Task<byte[]> SaveAsync(TreeSnapshot snapshot)
    {
        using var saved = new MemoryStream();
        await snapshot.WriteAsync(saved);
        return saved.ToArray();
    }

    private static Task<TreeSnapshot> SampleAsync() => Trees.ApplyAsync(new LayerBytes()
        .Directory("d", "0001755")
        .Pax(("SCHILY.xattr.user.b", "two"), ("SCHILY.xattr.user.a", "one"), ("mtime", "-1.5"))
        .File("d/f", "content")
        .HardLink("g", "d/f")
        .SymbolicLink("l", "d/f")
        .Fifo("p")
        .Add("c", '3', "0000600", device: "0000005")
        .File("implied/x")
        .ToArray());
}
