using System.Buffers;
using Oci.Distribution.AspNetCore.Storage;

namespace Oci.Distribution.AspNetCore.Tests.Storage;

/// <summary>What both stores must do alike.</summary>
public sealed class ObjectStoreTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly List<IDisposable> _open = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_Twice_LeavesTheSecond(bool onDisk)
    {
        IObjectStore store = Open(onDisk);

        await store.WriteAsync("a/b/c", "first"u8.ToArray(), durable: true, default);
        await store.WriteAsync("a/b/c", "2nd"u8.ToArray(), durable: false, default);

        Assert.Equal("2nd"u8.ToArray(), await store.ReadAsync("a/b/c", 100, default));
        Assert.Equal(3, await store.GetLengthAsync("a/b/c", default));
        Assert.Equal(["c"], await store.ListAsync("a/b", default));
        Assert.Equal(["b"], await store.ListAsync("a", default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_NothingThere_IsNull(bool onDisk)
    {
        IObjectStore store = Open(onDisk);

        Assert.Null(await store.ReadAsync("a/b", 100, default));
        Assert.Null(await store.GetLengthAsync("a/b", default));
        Assert.Null(await store.GetLastWriteTimeAsync("a/b", default));
        Assert.Null(await store.OpenReadAsync("a/b", default));
        Assert.Empty(await store.ListAsync("a", default));
        Assert.False(await store.DeleteAsync("a/b", durable: true, default));
        Assert.False(await store.FolderExistsAsync("a", default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_LargerThanItMayBe_Throws(bool onDisk)
    {
        IObjectStore store = Open(onDisk);
        await store.WriteAsync("a/b", new byte[101], durable: false, default);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.ReadAsync("a/b", 100, default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delete_TheLastObject_LeavesItsFolder(bool onDisk)
    {
        IObjectStore store = Open(onDisk);
        await store.WriteAsync("a/b", default, durable: true, default);

        Assert.True(await store.DeleteAsync("a/b", durable: true, default));

        Assert.Null(await store.GetLengthAsync("a/b", default));
        Assert.True(await store.FolderExistsAsync("a", default));
        await store.DeleteFolderAsync("a", default);
        Assert.False(await store.FolderExistsAsync("a", default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_StagedInPiecesAndReopened_IsTheObject(bool onDisk)
    {
        IObjectStore store = Open(onDisk);
        byte[] content = new byte[300_000];
        Random.Shared.NextBytes(content);
        using (IStagedObject staged = await store.OpenStagedAsync("staged/x", default))
        {
            await staged.WriteAsync(SegmentsOf(content.AsMemory(0, 200_000), 4096), 0, default);
            await staged.WriteAsync(new ReadOnlySequence<byte>(new byte[1000]), 200_000, default);
            staged.SetLength(200_000);
        }
        using (IStagedObject staged = await store.OpenStagedAsync("staged/x", default))
        {
            Assert.Equal(200_000, staged.Length);
            await staged.WriteAsync(SegmentsOf(content.AsMemory(200_000), 1), 200_000, default);
            await staged.CommitAsync("target/y", default);
        }

        using IObjectReader? reader = await store.OpenReadAsync("target/y", default);
        Assert.Equal(content.Length, reader!.Length);
        var read = new byte[content.Length];
        int done = 0;
        while (done < read.Length)
        {
            done += await reader.ReadAsync(read.AsMemory(done), done, default);
        }
        Assert.Equal(content, read);
        Assert.Null(await store.GetLengthAsync("staged/x", default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_ObjectDeletedMeanwhile_GoesOn(bool onDisk)
    {
        IObjectStore store = Open(onDisk);
        await store.WriteAsync("a/b", "content"u8.ToArray(), durable: false, default);
        using IObjectReader? reader = await store.OpenReadAsync("a/b", default);

        await store.DeleteAsync("a/b", durable: true, default);

        var buffer = new byte[7];
        Assert.Equal(7, await reader!.ReadAsync(buffer, 0, default));
        Assert.Equal("content"u8.ToArray(), buffer);
    }

    [Fact]
    public void Open_LeftoversOfACrash_AreRemoved()
    {
        Directory.CreateDirectory(_folder.Combine("disk", "staging"));
        File.WriteAllText(_folder.Combine("disk", "staging", "half"), "half");

        Open(onDisk: true);

        Assert.Empty(Directory.EnumerateFiles(_folder.Combine("disk", "staging")));
    }

    public void Dispose()
    {
        _open.ForEach(open => open.Dispose());
        _folder.Dispose();
    }

    private IObjectStore Open(bool onDisk)
    {
        if (!onDisk)
        {
            return new MemoryObjectStore(TimeProvider.System);
        }
        var store = new DiskObjectStore(_folder.Combine("disk"));
        _open.Add(store);
        return store;
    }

    private static ReadOnlySequence<byte> SegmentsOf(ReadOnlyMemory<byte> content, int size)
    {
        // At least two segments, and never more than pwritev takes in many calls' worth.
        var first = new Segment(content[..size], 0);
        Segment last = first;
        int done = size;
        while (done < content.Length)
        {
            int count = Math.Min(Math.Max(size, content.Length / 3000), content.Length - done);
            last = last.Append(content.Slice(done, count));
            done += count;
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
