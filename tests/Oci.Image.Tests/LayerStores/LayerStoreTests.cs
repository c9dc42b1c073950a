using System.Collections.Concurrent;
using System.Text;
using Oci.Common.Linux;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.LayerStores;

public sealed class LayerStoreTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public LayerStoreTests() => Requires.Linux();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task AcquireAsync_Twice_ReadsEachLayerOnce()
    {
        var source = new CountingSource();
        OciImage image = await source.MakeAsync("a", "b");
        LayerStore store = LayerStore.Open(_temp.Combine("store"));

        await using LayerLease first = await store.AcquireAsync(image);
        await using LayerLease second = await LayerStore.Open(store.Path).AcquireAsync(image);

        Assert.Equal(first.Directories, second.Directories);
        Assert.Equal(["a", "b"], first.Directories.Select(d => Path.GetFileName(Assert.Single(Directory.GetFiles(d)))));
        Assert.All(source.Opened.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task AcquireAsync_ImagesThatShareALayer_ShareItsDirectory()
    {
        var source = new CountingSource();
        LayerStore store = LayerStore.Open(_temp.Combine("store"));

        await using LayerLease one = await store.AcquireAsync(await source.MakeAsync("base", "one"));
        await using LayerLease two = await store.AcquireAsync(await source.MakeAsync("base", "two"));

        Assert.Equal(one.Directories[0], two.Directories[0]);
        Assert.NotEqual(one.Directories[1], two.Directories[1]);
    }

    [Fact]
    public async Task AcquireAsync_ManyAtOnce_ReadEachLayerOnce()
    {
        var source = new CountingSource();
        OciImage image = await source.MakeAsync("a", "b", "c", "d");

        LayerLease[] leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LayerStore.Open(_temp.Combine("store")).AcquireAsync(image)));

        Assert.All(leases, lease => Assert.Equal(leases[0].Directories, lease.Directories));
        Assert.All(source.Opened.Values, times => Assert.Equal(1, times));
        foreach (LayerLease lease in leases)
        {
            await lease.DisposeAsync();
        }
    }

    [Fact]
    public async Task AcquireAsync_TheSameLayerTwice_IsOneDirectory()
    {
        OciImage image = await new CountingSource().MakeAsync("a", "b", "a");

        await using LayerLease lease = await LayerStore.Open(_temp.Combine("store")).AcquireAsync(image);

        Assert.Equal(["b", "a"], lease.Directories.Select(d => Path.GetFileName(Assert.Single(Directory.GetFiles(d)))));
    }

    [Fact]
    public async Task AcquireAsync_AnotherDiffId_ThrowsAndKeepsNothing()
    {
        var source = new CountingSource { DiffId = Digest.Compute("other"u8) };
        OciImage image = await source.MakeAsync("a");
        LayerStore store = LayerStore.Open(_temp.Combine("store"));

        await Assert.ThrowsAsync<ContentMismatchException>(() => store.AcquireAsync(image));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Path, "layers")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Path, "locks")));
    }

    [Fact]
    public async Task AcquireAsync_Cancelled_KeepsNothingHalf()
    {
        using var cancel = new CancellationTokenSource();
        var source = new CountingSource { OnOpen = cancel.Cancel };
        OciImage image = await source.MakeAsync("a");
        LayerStore store = LayerStore.Open(_temp.Combine("store"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AcquireAsync(image, null, cancel.Token));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Path, "layers")));
    }

    [Fact]
    public async Task AcquireAsync_AfterAKill_RemovesWhatWasStaged()
    {
        OciImage image = await new CountingSource().MakeAsync("a");
        LayerStore store = LayerStore.Open(_temp.Combine("store"));
        string staged = Path.Combine(store.Path, "layers", $"~diff-{image.Layers[0].DiffId.ToString().Replace(':', '-')}.1");
        Directory.CreateDirectory(Path.Combine(staged, "fs"));

        await using LayerLease lease = await store.AcquireAsync(image);

        Assert.False(Directory.Exists(staged));
    }

    [Fact]
    public async Task AcquireAsync_MadeInAnotherBootAndNeverFlushed_IsMadeAgain()
    {
        var source = new CountingSource();
        OciImage image = await source.MakeAsync("a");
        LayerStore store = LayerStore.Open(_temp.Combine("store"));
        string layer;
        await using (LayerLease lease = await store.AcquireAsync(image))
        {
            layer = Path.GetDirectoryName(lease.Directories[0])!;
            Assert.True(File.Exists(Path.Combine(layer, "unflushed")));
        }
        Assert.False(File.Exists(Path.Combine(layer, "unflushed")));
        await File.WriteAllTextAsync(Path.Combine(layer, "unflushed"), "another boot");
        await File.WriteAllTextAsync(Path.Combine(layer, "fs", "a"), "lost in a power cut");

        await using LayerLease again = await store.AcquireAsync(image);

        Assert.Equal("a", await File.ReadAllTextAsync(Path.Combine(again.Directories[0], "a")));
        Assert.Equal(2, Assert.Single(source.Opened).Value);
    }

    [Fact]
    public async Task CollectAsync_RemovesWhatNobodyHoldsOrPins()
    {
        var source = new CountingSource();
        LayerStore store = LayerStore.Open(_temp.Combine("store"));
        await using LayerLease held = await store.AcquireAsync(await source.MakeAsync("held"));
        await using (LayerLease pinned = await store.AcquireAsync(await source.MakeAsync("pinned")))
        {
            store.Pin("web", pinned);
        }
        await (await store.AcquireAsync(await source.MakeAsync("held", "loose"))).DisposeAsync();
        Directory.CreateDirectory(Path.Combine(store.Path, "layers", $"~diff-{Digest.Compute("x"u8).ToString().Replace(':', '-')}.1"));

        Assert.Equal(1, await store.CollectAsync());
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(store.Path, "layers")).Length);
        Assert.True(Directory.Exists(held.Directories[0]));

        store.Unpin("web");
        Assert.Equal(1, await store.CollectAsync());
        Assert.True(Directory.Exists(held.Directories[0]));
    }

    [Fact]
    public async Task CollectAsync_BesideAcquires_NeverRemovesWhatIsHeld()
    {
        var source = new CountingSource();
        OciImage image = await source.MakeAsync("a", "b");
        LayerStore store = LayerStore.Open(_temp.Combine("store"));
        using var stop = new CancellationTokenSource();
        Task<int> collecting = Task.Run(async () =>
        {
            int removed = 0;
            while (!stop.IsCancellationRequested)
            {
                removed += await store.CollectAsync();
            }
            return removed;
        });

        for (int i = 0; i < 50; i++)
        {
            await using LayerLease lease = await store.AcquireAsync(image);
            Assert.All(lease.Directories, d => Assert.True(Directory.Exists(d)));
        }
        await stop.CancelAsync();
        await collecting;
    }

    [Fact]
    public void Open_DirectoryThatOthersCanWrite_IsRefused()
    {
        Directory.CreateDirectory(_temp.Combine("store"));
        using RootDirectory directory = RootDirectory.Open(_temp.Combine("store"));
        Assert.Equal(Errno.None, Libc.Fchmod(directory.Handle, 0x1FF));

        var e = Assert.Throws<UnauthorizedAccessException>(() => LayerStore.Open(_temp.Combine("store")));

        Assert.Contains(_temp.Combine("store"), e.Message);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    public async Task Pin_NoName_Throws(string name)
    {
        LayerStore store = LayerStore.Open(_temp.Combine("store"));
        await using LayerLease lease = await store.AcquireAsync(await new CountingSource().MakeAsync("a"));

        Assert.Throws<ArgumentException>(() => store.Pin(name, lease));
        Assert.Throws<ArgumentException>(() => store.Unpin(name));
    }

    [Fact]
    public async Task AcquireAsync_Whiteouts_AreInTheFormOfOverlayfs()
    {
        OciImage image = await new CountingSource().MakeAsync("a", ".wh.a");

        await using LayerLease lease = await LayerStore.Open(_temp.Combine("store")).AcquireAsync(image);

        using RootDirectory layer = RootDirectory.Open(lease.Directories[1]);
        Assert.Equal(Errno.None, Libc.Statx(layer.Handle, "a\0"u8, Libc.STATX_BASIC_STATS, out Libc.FileStatus status));
        Assert.Equal((Libc.S_IFCHR, 0u, 0u), (status.Type, status.stx_rdev_major, status.stx_rdev_minor));
    }

    /// <summary>Images of layers of one file each, whose name is its content; counts how often each blob is opened.</summary>
    private sealed class CountingSource : IContentSource
    {
        private readonly MemoryContentStore _store = new();
        private readonly HashSet<Digest> _layers = [];

        public ConcurrentDictionary<Digest, int> Opened { get; } = new();

        public Action? OnOpen { get; init; }

        public Digest? DiffId { get; init; }

        public async Task<OciImage> MakeAsync(params string[] files)
        {
            var builder = new ImageBuilder();
            foreach (string file in files)
            {
                await using ContentWriter blob = await _store.CreateAsync();
                await using var layer = new LayerWriter(blob);
                byte[] name = Encoding.UTF8.GetBytes(file);
                await layer.Tar.WriteEntryAsync(new TarHeader { Name = name, Size = name.Length }, name);
                LayerDigests digests = await layer.CompleteAsync();
                await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
                builder.AddLayer(digests.Descriptor, DiffId ?? digests.DiffId);
                _layers.Add(digests.Descriptor.Digest);
            }
            return await OciImage.OpenAsync(this, await builder.BuildAsync(_store));
        }

        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
        {
            if (_layers.Contains(descriptor.Digest))
            {
                Opened.AddOrUpdate(descriptor.Digest, 1, (_, times) => times + 1);
                OnOpen?.Invoke();
            }
            return _store.OpenAsync(descriptor, cancellationToken);
        }

        public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => _store.ExistsAsync(descriptor, cancellationToken);

        public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => _store.ResolveAsync(reference, cancellationToken);

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _store.ListTagsAsync(cancellationToken);

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
            _store.ListReferrersAsync(subject, artifactType, cancellationToken);
    }
}
