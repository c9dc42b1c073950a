using System.Diagnostics;
using System.Text;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Layouts;

public sealed class OciLayoutTests : ContentStoreTests, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose()
    {
        // Nothing that these tests do may leave an unfinished file behind.
        if (Directory.Exists(_temp.Combine(".oci-sdk", "staging")))
        {
            Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Combine(".oci-sdk", "staging")));
        }
        _temp.Dispose();
    }

    protected override async Task<IContentStore> CreateStoreAsync() => await OciLayout.CreateAsync(_temp.Path);

    [Fact]
    public async Task CreateAsync_WritesWhatTheSpecDemands()
    {
        await OciLayout.CreateAsync(_temp.Path);

        // image-layout.md: blobs MUST exist and MAY be empty; oci-layout and index.json MUST exist.
        Assert.True(Directory.Exists(_temp.Combine("blobs")));
        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", File.ReadAllText(_temp.Combine("oci-layout")));
        Assert.Equal("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", File.ReadAllText(_temp.Combine("index.json")));
    }

    [Fact]
    public async Task CreateAsync_OfALayoutThatIsThere_KeepsIt()
    {
        OciLayout first = await OciLayout.CreateAsync(_temp.Path);
        await first.TagAsync(await TestContent.AddImageAsync(first, "a"), "v1");

        OciLayout second = await OciLayout.CreateAsync(_temp.Path);

        Assert.NotNull(await second.ResolveAsync("v1"));
    }

    [Fact]
    public async Task CreateAsync_OfALayoutWithLeftovers_RemovesOnlyTheOldOnes()
    {
        await OciLayout.CreateAsync(_temp.Path);
        string old = _temp.Combine(".oci-sdk", "staging", "old");
        string young = _temp.Combine(".oci-sdk", "staging", "young");
        File.WriteAllText(old, "");
        File.WriteAllText(young, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-25));

        await OciLayout.CreateAsync(_temp.Path);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
        File.Delete(young);
    }

    [Fact]
    public async Task OpenAsync_OfNoLayout_SaysSo()
    {
        var e = await Assert.ThrowsAsync<LayoutException>(() => OciLayout.OpenAsync(_temp.Path));

        Assert.Equal(_temp.Path, e.Path);
        Assert.Contains("oci-layout", e.Message);
    }

    [Theory]
    [InlineData("""{"imageLayoutVersion":"2.0.0"}""", "$.imageLayoutVersion")]
    [InlineData("""{}""", "$")]
    [InlineData("""{"imageLayoutVersion":null}""", "$.imageLayoutVersion")]
    [InlineData("", "$")]
    public async Task OpenAsync_WithABadHeader_Throws(string header, string path)
    {
        await OciLayout.CreateAsync(_temp.Path);
        File.WriteAllText(_temp.Combine("oci-layout"), header);

        var e = await Assert.ThrowsAsync<InvalidDocumentException>(() => OciLayout.OpenAsync(_temp.Path));

        Assert.Equal(path, e.JsonPath);
    }

    [Fact]
    public async Task OpenAsync_WithADamagedIndex_NamesTheFile()
    {
        await OciLayout.CreateAsync(_temp.Path);
        File.WriteAllText(_temp.Combine("index.json"), """{"schemaVersion":2,"manifests":[{"digest":"sha256:../../etc/passwd"}]}""");

        var e = await Assert.ThrowsAsync<LayoutException>(() => OciLayout.OpenAsync(_temp.Path));

        Assert.Equal(_temp.Combine("index.json"), e.Path);
        Assert.Contains("$.manifests[0].digest", e.Message);
    }

    [Fact]
    public async Task OpenAsync_WithAnIndexBeyondTheCap_ReadsNothing()
    {
        await OciLayout.CreateAsync(_temp.Path);
        using (FileStream file = File.OpenWrite(_temp.Combine("index.json")))
        {
            file.SetLength(OciJson.MaxDocumentSize + 1L);
        }

        await Assert.ThrowsAsync<InvalidDocumentException>(() => OciLayout.OpenAsync(_temp.Path));
    }

    [Fact]
    public async Task CreateAsync_UnderAFile_NamesPathAndHint()
    {
        File.WriteAllText(_temp.Combine("file"), "");

        var e = await Assert.ThrowsAsync<LayoutException>(() => OciLayout.CreateAsync(_temp.Combine("file", "layout")));

        Assert.Equal(_temp.Combine("file", "layout"), e.Path);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task AddAsync_WithoutWriteAccess_NamesPathAndHint()
    {
        Requires.OrdinaryUser();
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        File.SetUnixFileMode(_temp.Combine(".oci-sdk", "staging"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var e = await Assert.ThrowsAsync<LayoutException>(() => TestContent.AddBlobAsync(layout, "a"));

            Assert.Equal(_temp.Path, e.Path);
            Assert.Contains("write access", e.Message);
        }
        finally
        {
            File.SetUnixFileMode(_temp.Combine(".oci-sdk", "staging"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task OpenAsync_OfAFlippedBit_ThrowsBeforeTheEnd()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await TestContent.AddBlobAsync(layout, "hello");
        string path = _temp.Combine("blobs", "sha256", blob.Digest.Hex.ToString());
        File.WriteAllText(path, "hellO");

        await Assert.ThrowsAsync<ContentMismatchException>(() => layout.ReadAsync(blob));
    }

    [Theory]
    [InlineData("hell")]
    [InlineData("hello!")]
    public async Task AddAsync_WhereTheFileHasAnotherSize_WritesItAnew(string damaged)
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await TestContent.AddBlobAsync(layout, "hello");
        File.WriteAllText(_temp.Combine("blobs", "sha256", blob.Digest.Hex.ToString()), damaged);
        Assert.False(await layout.ExistsAsync(blob));

        await TestContent.AddBlobAsync(layout, "hello");

        Assert.Equal("hello"u8.ToArray(), await layout.ReadAsync(blob));
    }

    [Fact]
    public async Task AddAsync_WhereTheFileIsDamagedInPlace_WritesItAnew()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await TestContent.AddBlobAsync(layout, "hello");
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        byte[] manifest = await layout.ReadAsync(image);
        File.WriteAllText(BlobPath(blob), "hellO");
        File.WriteAllBytes(BlobPath(image), new byte[image.Size]);

        await TestContent.AddBlobAsync(layout, "hello");
        await layout.AddAsync(image, new MemoryStream(manifest));

        Assert.Equal("hello"u8.ToArray(), await layout.ReadAsync(blob));
        Assert.Equal(manifest, await layout.ReadAsync(image));
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("link")]
    [InlineData("device")]
    [InlineData("socket")]
    [InlineData("directory")]
    public async Task OpenAsync_WhereABlobIsNoFile_ThrowsAndDoesNotWait(string kind)
    {
        Requires.Linux();
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await TestContent.AddBlobAsync(layout, "hello");
        PutInPlace(BlobPath(blob), kind);

        var e = await Assert.ThrowsAsync<LayoutException>(() => layout.ReadAsync(blob).WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal(BlobPath(blob), e.Path);
        Assert.False(await layout.ExistsAsync(blob));
        if (kind == "directory")
        {
            await Assert.ThrowsAsync<LayoutException>(() => TestContent.AddBlobAsync(layout, "hello"));
        }
        else
        {
            await TestContent.AddBlobAsync(layout, "hello");
            Assert.Equal("hello"u8.ToArray(), await layout.ReadAsync(blob));
            Assert.Equal("hello", File.ReadAllText(_temp.Combine("elsewhere")));
        }
    }

    [Theory]
    [InlineData("index.json", "fifo")]
    [InlineData("index.json", "link")]
    [InlineData("index.json", "directory")]
    [InlineData("oci-layout", "fifo")]
    [InlineData("oci-layout", "link")]
    public async Task OpenAsync_WhereADocumentIsNoFile_ThrowsAndDoesNotWait(string name, string kind)
    {
        Requires.Linux();
        await OciLayout.CreateAsync(_temp.Path);
        PutInPlace(_temp.Combine(name), kind);

        var e = await Assert.ThrowsAsync<LayoutException>(() => OciLayout.OpenAsync(_temp.Path).WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal(_temp.Combine(name), e.Path);
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("link")]
    public async Task TagAsync_WhereTheLockIsNoFile_ThrowsAndDoesNotWait(string kind)
    {
        Requires.Linux();
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        PutInPlace(_temp.Combine(".oci-sdk", "lock"), kind);

        await Assert.ThrowsAsync<LayoutException>(() => layout.TagAsync(image, "v1").WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task ListEntriesAsync_GivesIndexJsonAsItStands()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor a = await TestContent.AddImageAsync(layout, "a");
        Descriptor b = await TestContent.AddImageAsync(layout, "b");
        await layout.TagAsync(a, "v1");
        await layout.TagAsync(a, "v2");

        List<Descriptor> entries = await TestContent.ToListAsync(layout.ListEntriesAsync());

        Assert.Equal([b.Digest, a.Digest, a.Digest], entries.Select(e => e.Digest));
        Assert.Equal([null, "v1", "v2"], entries.Select(e => e.Annotations?[AnnotationKeys.RefName]));
        Assert.Equal(b.Digest, (await layout.ResolveAsync("@0"))?.Digest);
    }

    [Fact]
    public async Task AddAsync_OfAnIndex_ListsItInPlaceOfItsManifests()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor a = await TestContent.AddImageAsync(layout, "a");
        Descriptor b = await TestContent.AddImageAsync(layout, "b");
        await layout.TagAsync(b, "b");

        Descriptor index = await TestContent.AddIndexAsync(layout, a, b);
        await TestContent.AddImageAsync(layout, "a");

        Assert.Equal([b.Digest, index.Digest], ReadIndex().Manifests.Select(d => d.Digest));
    }

    [Fact]
    public async Task UntagAsync_LeavesOtherTagsAndReferrersListed()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        Descriptor signature = await TestContent.AddImageAsync(layout, "signature", subject: image);
        await layout.TagAsync(image, "v1");
        await layout.TagAsync(image, "v2");
        await layout.TagAsync(signature, "signature");

        Assert.True(await layout.UntagAsync("v1"));
        Assert.True(await layout.UntagAsync("signature"));
        Assert.False(await layout.UntagAsync("signature"));

        Assert.Equal(["v2"], await TestContent.ToListAsync(layout.ListTagsAsync()));
        Assert.Equal([signature.Digest], (await TestContent.ToListAsync(layout.ListReferrersAsync(image.Digest))).Select(d => d.Digest));
        Assert.True(await layout.UntagAsync("v2"));
        Assert.Equal([signature.Digest], ReadIndex().Manifests.Select(d => d.Digest));
        Assert.Equal(image.Digest, (await layout.ResolveAsync(image.Digest.ToString()))?.Digest);
    }

    [Fact]
    public async Task TagAsync_OfALayoutOfAnotherTool_KeepsWhatItDoesNotKnow()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        string hex = new('0', 64);
        File.WriteAllText(_temp.Combine("index.json"), $$"""
            {"schemaVersion":2,"x-top":{"a":1},"manifests":[{"mediaType":"application/x-unknown","digest":"sha256:{{hex}}","size":1,"x-entry":[2],"annotations":{"org.opencontainers.image.ref.name":"host/name:tag","k":"v"} } ],"annotations":{"a":"b"} }
            """);

        await layout.TagAsync(image, "v1");

        string json = File.ReadAllText(_temp.Combine("index.json"));
        Assert.Contains("\"x-top\":{\"a\":1}", json);
        Assert.Contains("\"x-entry\":[2]", json);
        Assert.Contains("\"k\":\"v\"", json);
        Assert.Contains("\"a\":\"b\"", json);
        Assert.Equal(["host/name:tag", "v1"], await TestContent.ToListAsync(layout.ListTagsAsync()));
        Assert.Empty(await TestContent.ToListAsync(layout.ListReferrersAsync(image.Digest)));
    }

    [Fact]
    public async Task ResolveAsync_ByTheNameThatContainerdWrites_FindsIt()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        ImageIndex index = ReadIndex() with
        {
            Manifests = [image with { Annotations = new Dictionary<string, string> { ["io.containerd.image.name"] = "docker.io/library/a:v1", ["org.opencontainers.image.ref.name"] = "v1" } }],
        };
        File.WriteAllBytes(_temp.Combine("index.json"), index.ToUtf8Bytes());

        Assert.Equal(image.Digest, (await layout.ResolveAsync("docker.io/library/a:v1"))?.Digest);
        Assert.Equal(["v1"], await TestContent.ToListAsync(layout.ListTagsAsync()));
    }

    [Fact]
    public async Task TagAsync_ByManyInstancesAtOnce_LosesNoTag()
    {
        OciLayout first = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(first, "a");

        // Each instance opens the lock file for itself, as a process does: flock(2) is of the open file.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            OciLayout layout = await OciLayout.OpenAsync(_temp.Path);
            for (int i = 0; i < 10; i++)
            {
                await layout.TagAsync(image, $"w{worker}-{i}");
            }
        })));

        Assert.Equal(80, (await TestContent.ToListAsync(first.ListTagsAsync())).Count);
    }

    [Fact]
    public async Task TagAsync_WhileAnotherProcessHoldsTheLock_WaitsAndCanBeCancelled()
    {
        Requires.Linux();
        string flock = Requires.Tool("flock");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        using Process holder = Process.Start(new ProcessStartInfo(flock, [_temp.Combine(".oci-sdk", "lock"), "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());

        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => layout.TagAsync(image, "v1", cancellation.Token));
        Task tagging = layout.TagAsync(image, "v1");
        Assert.Null(await layout.ResolveAsync("v1"));
        holder.StandardInput.Close();
        await tagging;

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Assert.NotNull(await layout.ResolveAsync("v1"));
        await holder.WaitForExitAsync();
    }

    [Fact]
    public async Task AddAsync_OfOneBlobByManyAtOnce_KeepsItWhole()
    {
        byte[] content = Encoding.UTF8.GetBytes(new string('x', 1 << 20));
        Descriptor blob = Descriptor.Create(MediaTypes.OctetStream, content);
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => layout.AddAsync(blob, new MemoryStream(content)))));

        Assert.Equal(content, await layout.ReadAsync(blob));
        Assert.Single(Directory.GetFiles(_temp.Combine("blobs", "sha256")));
    }

    [Fact]
    public async Task OpenAsync_OfADigestThatCannotBeComputed_SaysSo()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = Digest.Parse("blake3:" + new string('0', 64)), Size = 1 };
        Directory.CreateDirectory(_temp.Combine("blobs", "blake3"));
        File.WriteAllText(_temp.Combine("blobs", "blake3", new string('0', 64)), "x");

        await Assert.ThrowsAsync<NotSupportedException>(() => layout.OpenAsync(blob));
        await Assert.ThrowsAsync<ArgumentException>(() => layout.OpenAsync(blob with { Digest = default }));
    }

    private string BlobPath(Descriptor blob) => _temp.Combine("blobs", "sha256", blob.Digest.Hex.ToString());

    private void PutInPlace(string path, string kind)
    {
        File.WriteAllText(_temp.Combine("elsewhere"), "hello");
        File.Delete(path);
        switch (kind)
        {
            case "fifo":
                Process.Start("mkfifo", [path]).WaitForExit();
                break;
            case "device":
                Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make a device.");
                Process.Start("mknod", [path, "c", "1", "5"]).WaitForExit();
                break;
            case "socket":
                // Longer than a socket's path may be, so made under a short name and moved.
                string bound = _temp.Combine("s");
                using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0))
                {
                    socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(bound));
                    Process.Start("mv", [bound, path]).WaitForExit();
                }
                break;
            case "link":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                Directory.CreateDirectory(path);
                break;
        }
    }

    private ImageIndex ReadIndex() => ImageIndex.Parse(File.ReadAllBytes(_temp.Combine("index.json")));
}
