using System.Security.Cryptography;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Distribution.Tests.Uploads;

public sealed class BlobPushTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(3_000_000);
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);

    [Fact]
    [Must("spec.md#post-then-put-4", "spec.md#post-then-put-5")]
    public async Task Push_Whole_IsOnePutAfterOnePost()
    {
        var uploads = new ScriptedUploads();
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(PushOutcome.Pushed, await client.Repository("a").Blobs.PushAsync(Blob, new OneByteAtFirst(Content)));

        Assert.Equal(
            [$"HEAD /v2/a/blobs/{Blob.Digest}", "POST /v2/a/blobs/uploads/", $"PUT /v2/a/blobs/uploads/session?state=1%2F&digest={Blob.Digest}"],
            registry.Requests);
        Assert.Equal(Content, uploads.Stored);
    }

    [Fact]
    public async Task Push_OverABrokenConnection_GoesOnWhereTheRegistryIs()
    {
        bool broken = false;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method != "PUT" || broken)
                {
                    return false;
                }
                broken = true;
                u.Store(await e.ReadBodyAsync(1_234_567));
                e.Close(reset: true);
                return true;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content));

        Assert.Equal(Blob.Digest, uploads.Committed);
        Assert.Equal(["HEAD", "POST", "PUT", "GET", "PUT"], registry.Requests.Select(r => r.Split(' ')[0]));
    }

    [Fact]
    public async Task Push_WhoseLastAnswerIsLost_FindsTheBlobThere()
    {
        var uploads = new ScriptedUploads();
        bool lost = false;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e.Method == "PUT")
            {
                await e.ReadBodyAsync();
                lost = true;
                e.Close(reset: true);
                return;
            }
            if (lost)
            {
                // The session is gone, since it was committed.
                await e.RespondAsync(e.Method == "HEAD" ? 200 : 404);
                return;
            }
            await uploads.ServeAsync(e);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(PushOutcome.Pushed, await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content)));
    }

    [Fact]
    public async Task Push_OfAStreamThatCannotBeReadAgain_FailsAndCancels()
    {
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "PUT")
                {
                    await e.ReadBodyAsync(1000);
                    e.Close(reset: true);
                }
                return e.Method == "PUT";
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Blobs.PushAsync(Blob, new OneByteAtFirst(Content)));

        Assert.True(e.IsTransient);
        Assert.True(uploads.Cancelled);
        Assert.Equal(1, registry.Requests.Count(r => r.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_OfOtherContent_CommitsNothingAndCancels(bool chunked)
    {
        byte[] other = [.. Content];
        other[^1] ^= 1;
        var uploads = new ScriptedUploads();
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 1_000_000);

        await Assert.ThrowsAsync<ContentMismatchException>(() =>
            client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(other), new PushBlobOptions { Chunked = chunked }));

        Assert.Null(uploads.Committed);
        Assert.True(uploads.Cancelled);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Push_WhoseMountIsRefused_IsAPlainOne(int status)
    {
        var uploads = new ScriptedUploads
        {
            Before = async (e, _) =>
            {
                bool isMount = e.Target.Contains("mount=", StringComparison.Ordinal);
                if (isMount)
                {
                    await e.RespondAsync(status);
                }
                return isMount;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        PushOutcome outcome = await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { MountFrom = "b", SkipExistsCheck = true });

        Assert.Equal(PushOutcome.Pushed, outcome);
        Assert.Equal(Content, uploads.Stored);
        Assert.Equal([$"POST /v2/a/blobs/uploads/?mount={Blob.Digest}&from=b", "POST /v2/a/blobs/uploads/"], registry.Requests.Take(2));
    }

    [Theory]
    [InlineData(24 << 20, 1 << 20, true)]
    [InlineData((24 << 20) + 1, 1 << 20, false)]
    [InlineData(int.MaxValue, 1 << 20, false)]
    [InlineData(32 << 20, 32 << 20, true)]
    public async Task Push_InChunksOfASizeThatTheRegistryAsksFor_MeetsACap(int asked, int own, bool isTaken)
    {
        var uploads = new ScriptedUploads { MinChunk = asked };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = own);
        Task<PushOutcome> pushing = client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true });

        if (isTaken)
        {
            await pushing;
            Assert.Equal(Content, uploads.Stored);
        }
        else
        {
            var e = await Assert.ThrowsAsync<RegistryException>(() => pushing);
            Assert.Contains("RegistryClientOptions.ChunkSize", e.Hint);
            Assert.True(uploads.Cancelled);
        }
    }

    [Fact]
    [Must("spec.md#pushing-a-blob-in-chunks-6")]
    public async Task Push_InChunks_KeepsToTheLeastThatTheRegistryWants()
    {
        var uploads = new ScriptedUploads { MinChunk = 1_300_000 };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 100_000);

        await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true });

        Assert.Equal(["HEAD", "POST", "PATCH", "PATCH", "PATCH", "PUT"], registry.Requests.Select(r => r.Split(' ')[0]));
        Assert.Equal(Content, uploads.Stored);
    }

    [Fact]
    [Must("spec.md#pushing-a-blob-in-chunks-9", "spec.md#pushing-a-blob-in-chunks-15")]
    public async Task Push_InChunks_AsksTheSessionAfterABreak()
    {
        int patches = 0;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method != "PATCH" || ++patches is not (1 or 3))
                {
                    return false;
                }
                // Once half of a chunk is stored, once all of it, and the answer is lost both times.
                u.Store(await e.ReadBodyAsync(patches == 1 ? 500_000 : null));
                e.Close(reset: true);
                return true;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 1_000_000);

        await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true });

        Assert.Equal(Content, uploads.Stored);
        Assert.Equal(["HEAD", "POST", "PATCH", "GET", "PATCH", "PATCH", "GET", "PATCH", "PUT"], registry.Requests.Select(r => r.Split(' ')[0]));
    }

    [Theory]
    [InlineData("0-9999999")]
    [InlineData("0-0")]
    public async Task Push_InChunksToAPeerThatLiesAboutWhatItHas_Ends(string range)
    {
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "PATCH")
                {
                    await e.RespondAsync(202, default, u.Location(), $"Range: {range}");
                }
                return e.Method == "PATCH";
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 1_000_000);

        await Assert.ThrowsAsync<RegistryException>(() =>
            client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true }));

        Assert.True(uploads.Cancelled);
    }

    [Fact]
    public async Task Push_WithoutAnyLocation_Throws()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(e.Method == "HEAD" ? 404 : 202));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").AddAsync(Blob, new MemoryStream(Content)));

        Assert.Contains("Location", e.Message);
    }

    [Fact]
    [Must("spec.md#cancel-a-blob-upload-2")]
    public async Task Push_ThatIsCancelled_TellsTheRegistry()
    {
        using var cancellation = new CancellationTokenSource();
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "PUT")
                {
                    await e.ReadBodyAsync(1000);
                    await cancellation.CancelAsync();
                    await e.HangAsync();
                }
                return false;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Repository("a").AddAsync(Blob, new MemoryStream(Content), cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Assert.True(uploads.Cancelled);
    }

    [Fact]
    public async Task Write_OfManyChunks_CommitsUnderItsDigest()
    {
        var uploads = new ScriptedUploads();
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 70_000);
        await using ContentWriter writer = await client.Repository("a").CreateAsync();

        await writer.WriteAsync(Content);
        Descriptor written = await writer.CommitAsync(MediaTypes.Layer, Blob.Digest);

        Assert.Equal(Blob, written);
        Assert.Equal(Content, uploads.Stored);
        Assert.False(uploads.Cancelled);
    }

    [Fact]
    [Must("spec.md#cancel-a-blob-upload-2")]
    public async Task Write_WithoutACommit_Cancels()
    {
        var uploads = new ScriptedUploads();
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 70_000);
        await using (ContentWriter writer = await client.Repository("a").CreateAsync())
        {
            await writer.WriteAsync(Content);
        }

        Assert.True(uploads.Cancelled);
        Assert.Null(uploads.Committed);
    }

    [Theory]
    [InlineData("0-99", true, 100)]
    [InlineData("bytes=0-99", true, 100)]
    [InlineData("0-0", true, 0)]
    [InlineData("1-99", false, 0)]
    [InlineData("0--1", false, 0)]
    [InlineData("0-9223372036854775807", false, 0)]
    [InlineData("", false, 0)]
    public void StoredRange_IsReadStrictly(string range, bool good, long stored)
    {
        Assert.Equal(good, UploadSession.TryParseStored(range, out long actual));
        Assert.Equal(stored, actual);
    }

    // Cannot seek, and gives little at first.
    private sealed class OneByteAtFirst(byte[] content) : MemoryStream(content)
    {
        private bool _first = true;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int length = _first ? 1 : buffer.Length;
            _first = false;
            return base.ReadAsync(buffer[..length], cancellationToken);
        }
    }
}
