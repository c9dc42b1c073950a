using System.Security.Cryptography;
using System.Text;
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
    public async Task FromImageAsync_ManyEntries_TakesLittleMemory()
    {
        const int Count = 20_000;
        byte[] layer = await Trees.WriteAsync(async tar =>
        {
            var header = new Image.Tar.TarHeader();
            for (int i = 0; i < Count; i++)
            {
                header.Name = Encoding.ASCII.GetBytes($"usr/share/doc/package-{i / 20}/file-{i}.txt");
                await tar.WriteEntryAsync(header);
            }
        });
        // What one thread allocates is not disturbed by other tests, and no less than what stays. The reader's part, which
        // in a debug build is a state machine for each call, is taken off.
        long start = GC.GetAllocatedBytesForCurrentThread();
        Task reading = Trees.NamesAsync(layer, withNames: false);
        long afterReading = GC.GetAllocatedBytesForCurrentThread();
        Task<TreeSnapshot> applying = Trees.ApplyAsync(layer);
        long taken = GC.GetAllocatedBytesForCurrentThread() - afterReading - (afterReading - start);

        Assert.True(reading.IsCompleted && applying.IsCompleted, "A stream in memory never has to be waited for.");
        TreeSnapshot snapshot = await applying;
        Assert.Equal(Count + (Count / 20) + 4, snapshot.EntryCount);
        // At most half a kilobyte an entry: 50 MB for 100,000.
        Assert.InRange(taken, 100 * Count, 500 * Count);
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
