using System.Security.Cryptography;
using System.Text;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Distribution.Tests.Uploads;

/// <summary>How sessions are opened, kept, resumed, ended and dropped.</summary>
public sealed class UploadSessionTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(1_000_000);
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);
    private static readonly byte[] Small = "{}"u8.ToArray();
    private static readonly Descriptor SmallBlob = Descriptor.Create(MediaTypes.Empty, Small);

    [Fact]
    [Must("spec.md#post-then-put-9")]
    public async Task Push_BySha512_TellsTheAlgorithmFromTheStart()
    {
        var uploads = new ScriptedUploads();
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();
        Descriptor blob = Blob with { Digest = Digest.Compute(DigestAlgorithm.Sha512, Content) };

        await client.Repository("a").Blobs.PushAsync(blob, new MemoryStream(Content), new PushBlobOptions { SkipExistsCheck = true });
        Assert.False(await client.Repository("a").Blobs.MountAsync(blob.Digest, "b"));

        Assert.Equal(blob.Digest, uploads.Committed);
        Assert.Equal("POST /v2/a/blobs/uploads/?digest-algorithm=sha512", registry.Requests.First());
        Assert.Contains($"POST /v2/a/blobs/uploads/?mount={blob.Digest}&from=b&digest-algorithm=sha512", registry.Requests);
    }

    [Theory]
    [InlineData(201, true)]
    [InlineData(202, true)]
    [InlineData(202, false)]
    [Must("spec.md#single-post-1", "spec.md#single-post-2", "spec.md#single-post-3")]
    public async Task Push_InASingleRequest_GoesOnByPutWhereTheRegistryWantsThat(int status, bool canSeek)
    {
        byte[]? posted = null;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method != "POST")
                {
                    return false;
                }
                posted = await e.ReadBodyAsync();
                await e.RespondAsync(status, default, u.Location());
                return true;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        PushOutcome outcome = await client.Repository("a").Blobs.PushAsync(SmallBlob, canSeek ? new MemoryStream(Small) : new OneByteStream(new MemoryStream(Small)), new PushBlobOptions { SingleRequest = true });

        Assert.Equal(PushOutcome.Pushed, outcome);
        Assert.Equal(Small, posted);
        Assert.Equal($"POST /v2/a/blobs/uploads/?digest={SmallBlob.Digest}", registry.Requests.ElementAt(1));
        Assert.Equal(status == 201 ? ["HEAD", "POST"] : ["HEAD", "POST", "PUT"], registry.Requests.Select(r => r.Split(' ')[0]));
        Assert.Equal(status == 201 ? null : SmallBlob.Digest, uploads.Committed);
    }

    [Fact]
    public async Task Push_InASingleRequest_OfOtherContent_SendsNothing()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Repository("a").Blobs.PushAsync(SmallBlob, new MemoryStream("[]"u8.ToArray()), new PushBlobOptions { SingleRequest = true }));

        Assert.Equal(["HEAD"], registry.Requests.Select(r => r.Split(' ')[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Push_ThatFails_CanBeResumedByAnotherClient(bool chunked)
    {
        bool broken = false;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (broken || e.Method is not ("PUT" or "PATCH"))
                {
                    return false;
                }
                broken = true;
                u.Store(await e.ReadBodyAsync(400_000));
                e.Close(reset: true);
                return true;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        Uri? session = null;
        using (RegistryClient first = registry.CreateClient(o => o.MaxRetries = 0))
        {
            await Assert.ThrowsAsync<RegistryException>(() => first.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = chunked, KeepSession = true, SessionMoved = uri => session = uri }));
        }
        Assert.False(uploads.Cancelled);
        using RegistryClient second = registry.CreateClient();

        await second.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = chunked, ResumeAt = session, SkipExistsCheck = true });

        Assert.Equal(Blob.Digest, uploads.Committed);
        Assert.Equal(1, registry.Requests.Count(r => r.StartsWith("POST", StringComparison.Ordinal)));
        Assert.Contains(registry.Requests, r => r == $"GET {session!.PathAndQuery}");
    }

    [Fact]
    public async Task Push_WithoutKeeping_DropsTheSession_AlsoWhenResumed()
    {
        var uploads = new ScriptedUploads { Before = async (e, u) => e.Method == "PUT" && await RefuseAsync(e) };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();
        var at = new Uri(registry.Address, "/v2/a/blobs/uploads/session");

        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { ResumeAt = at }));

        Assert.True(uploads.Cancelled);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("http://user@127.0.0.1/x")]
    public async Task Push_ResumedWhereItMustNotGo_IsRefused(string address)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { ResumeAt = new Uri(address) }));
    }

    [Fact]
    public async Task Push_ResumedAtASessionThatIsGone_BeginsAnew()
    {
        var uploads = new ScriptedUploads { Before = async (e, u) => e.Path.EndsWith("/old", StringComparison.Ordinal) && await RefuseAsync(e, 404) };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { ResumeAt = new Uri(registry.Address, "/v2/a/blobs/uploads/old") });

        Assert.Equal(Blob.Digest, uploads.Committed);
    }

    [Fact]
    public async Task Push_OfASmallBlobWhoseLastAnswerIsLost_FindsTheBlobThere()
    {
        int puts = 0;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "PUT" && ++puts == 1)
                {
                    await e.ReadBodyAsync();
                    e.Close(reset: true);
                    return true;
                }
                // What was ended is gone; the blob is there.
                return e.Method switch
                {
                    "PUT" => await RefuseAsync(e, 404),
                    "HEAD" when puts > 0 => await RefuseAsync(e, 200),
                    _ => false,
                };
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(PushOutcome.Pushed, await client.Repository("a").Blobs.PushAsync(SmallBlob, new MemoryStream(Small)));
        Assert.Equal(2, puts);
    }

    [Fact]
    public async Task Push_CancelledWhileTheSessionIsOpened_DropsIt()
    {
        using var cancellation = new CancellationTokenSource();
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "POST")
                {
                    await cancellation.CancelAsync();
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
    public async Task Push_CancelledWhileAPeerSaysNothing_EndsSoon()
    {
        using var cancellation = new CancellationTokenSource();
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e.Method == "POST")
            {
                await cancellation.CancelAsync();
                await e.HangAsync();
            }
            await e.RespondAsync(404);
        });
        using RegistryClient client = registry.CreateClient(new QuickTimeProvider().Configure);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { SkipExistsCheck = true }, cancellation.Token).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Push_InChunksToAPeerThatStoresAByteATime_Ends()
    {
        int patches = 0;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "PATCH")
                {
                    u.Store((await e.ReadBodyAsync()).AsSpan(0, 1));
                    await e.RespondAsync(202, default, u.Location(), $"Range: 0-{++patches}");
                }
                return e.Method == "PATCH";
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true }));

        Assert.InRange(patches, 1, 10);
        Assert.True(uploads.Cancelled);
    }

    [Fact]
    public async Task Push_InChunks_AfterARangeThatIsRefused_GoesOnWhereTheRegistryIs()
    {
        int patches = 0;
        var uploads = new ScriptedUploads
        {
            Before = async (e, u) =>
            {
                if (e.Method == "PATCH" && ++patches == 2)
                {
                    // It has less than it said.
                    u.Truncate(100_000);
                    return await RefuseAsync(e, 416);
                }
                return false;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 400_000);

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true }));

        // What it lost was sent and is no longer at hand, so that is told, and nothing wrong is committed.
        Assert.Contains("Push again", e.Message);
        Assert.Null(uploads.Committed);
        Assert.True(uploads.Cancelled);
    }

    [Fact]
    public async Task Push_WhereA201ComesBeforeTheBlobWasSent_Throws()
    {
        var closed = new TaskCompletionSource();
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e.Method == "PUT")
            {
                // A final answer where "100 Continue" is due, and the end of the connection.
                await e.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                e.Close(reset: true);
                closed.TrySetResult();
                return;
            }
            await e.RespondAsync(e.Method switch { "POST" => 202, "DELETE" => 204, _ => 404 }, default, "Location: /v2/a/blobs/uploads/x");
        });
        using RegistryClient client = registry.CreateClient(o => o.MaxRetries = 1);

        var content = new byte[32_000_000];
        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Blobs.PushAsync(Descriptor.Create(MediaTypes.Layer, content), new HeldStream(content, closed.Task)));
    }

    [Fact]
    public async Task Mount_WithoutASource_AsksTheRegistryToLook()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201));
        using RegistryClient client = registry.CreateClient();

        Assert.True(await client.Repository("a").Blobs.MountAsync(Blob.Digest));
        Assert.Equal([$"POST /v2/a/blobs/uploads/?mount={Blob.Digest}"], registry.Requests);
    }

    [Fact]
    public async Task Mount_ThatIsRefused_IsPushedBySessionThatCameWithIt()
    {
        var uploads = new ScriptedUploads();
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(PushOutcome.Pushed, await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { MountFrom = "b" }));

        Assert.Equal(["HEAD", "POST", "PUT"], registry.Requests.Select(r => r.Split(' ')[0]));
    }

    private static async Task<bool> RefuseAsync(Exchange e, int status = 400)
    {
        await e.RespondAsync(status);
        return true;
    }

    // Gives its second half only after the signal.
    private sealed class HeldStream(byte[] content, Task signal) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > Length / 2)
            {
                await signal.WaitAsync(cancellationToken);
            }
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
