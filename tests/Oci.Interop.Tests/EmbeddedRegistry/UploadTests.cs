using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Oci.Distribution;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Interop.Tests.EmbeddedRegistry;

public sealed class UploadTests
{
    private static readonly MediaType Binary = MediaType.Parse("application/octet-stream");
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(3_000_001);
    private static readonly Descriptor Blob = Descriptor.Create(Binary, Content);

    [Fact]
    public async Task Push_InChunks_IsReadBackWhole()
    {
        var requests = new ConcurrentQueue<string>();
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(pipeline: app => Record(app, requests));
        Repository repository = host.CreateClient(new RegistryClientOptions { ChunkSize = 1_000_000 }).Repository("a");

        PushOutcome outcome = await repository.Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true });

        Assert.Equal(PushOutcome.Pushed, outcome);
        Assert.Equal(["PATCH 0-999999", "PATCH 1000000-1999999", "PATCH 2000000-2999999", "PATCH 3000000-3000000", "PUT "], requests);
        Assert.Equal(Content, await repository.ReadAsync(Blob));
        Assert.Empty(host.GetFiles("uploads"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_OverAConnectionThatBreaks_GoesOnWhereTheRegistryIs(bool chunked)
    {
        var requests = new ConcurrentQueue<string>();
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(pipeline: app => Record(app, requests));
        int connections = 0;
        var options = new RegistryClientOptions { ChunkSize = 2_000_000, RetryDelay = TimeSpan.FromMilliseconds(10) };
        options.ConfigureHandler = handler => handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new BreakingStream(socket, Interlocked.Increment(ref connections) == 1 ? 1_500_000 : long.MaxValue);
        };
        Repository repository = host.CreateClient(options).Repository("a");

        PushOutcome outcome = await repository.Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = chunked });

        Assert.Equal(PushOutcome.Pushed, outcome);
        Assert.True(connections > 1);
        // What came before the break is not sent again.
        Assert.Contains(requests, request => request.Split(' ')[1] is { Length: > 0 } range && int.Parse(range.Split('-')[0]) is > 500_000 and < 2_000_000);
        Assert.Equal(Content, await repository.ReadAsync(Blob));
        Assert.Empty(host.GetFiles("uploads"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_ThatIsCancelled_LeavesNoSession(bool chunked)
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        Repository repository = host.CreateClient(new RegistryClientOptions { ChunkSize = 1_000_000 }).Repository("a");
        using var cancellation = new CancellationTokenSource();
        using var content = new StallingStream(Content, 2_000_000, cancellation.Cancel);

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            repository.Blobs.PushAsync(Blob, content, new PushBlobOptions { Chunked = chunked }, cancellation.Token));

        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        Assert.Empty(host.GetFiles("uploads"));
        Assert.False(await repository.ExistsAsync(Blob));
    }

    [Fact]
    public async Task Push_OfOtherContent_ThrowsAndLeavesNothing()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        Repository repository = host.CreateClient().Repository("a");
        byte[] other = [.. Content];
        other[^1] ^= 1;

        await Assert.ThrowsAsync<ContentMismatchException>(() => repository.AddAsync(Blob, new MemoryStream(other)));
        await Assert.ThrowsAsync<ContentMismatchException>(() => repository.AddAsync(Blob, new MemoryStream(Content, 0, Content.Length - 1)));

        Assert.Empty(host.GetFiles("uploads"));
        Assert.Empty(host.GetFiles("blobs"));
        Assert.False(await repository.ExistsAsync(Blob));
    }

    [Fact]
    public async Task Push_OfOneBlobByManyAtOnce_AllSucceed()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        RegistryClient client = host.CreateClient();

        PushOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            client.Repository($"r{i % 2}").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { SkipExistsCheck = true })));

        Assert.All(outcomes, outcome => Assert.Equal(PushOutcome.Pushed, outcome));
        Assert.Equal(Content, await client.Repository("r0").ReadAsync(Blob));
        Assert.Equal(Content, await client.Repository("r1").ReadAsync(Blob));
        Assert.Single(host.GetFiles("blobs"));
        Assert.Empty(host.GetFiles("uploads"));
    }

    [Fact]
    public async Task Write_OfContentThatNobodyKnowsYet_IsCommittedUnderItsDigest()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        Repository repository = host.CreateClient(new RegistryClientOptions { ChunkSize = 1_000_000 }).Repository("a");
        Descriptor written;
        await using (ContentWriter writer = await repository.CreateAsync())
        {
            await writer.WriteAsync(Content);
            written = await writer.CommitAsync(Binary);
        }
        await using (ContentWriter abandoned = await repository.CreateAsync())
        {
            await abandoned.WriteAsync(Content);
        }

        Assert.Equal(Blob.Digest, written.Digest);
        Assert.Equal(Content, await repository.ReadAsync(written));
        Assert.Empty(host.GetFiles("uploads"));
    }

    private static void Record(WebApplication app, ConcurrentQueue<string> requests) => app.Use((context, next) =>
    {
        if (context.Request.Method is "PATCH" or "PUT")
        {
            requests.Enqueue($"{context.Request.Method} {context.Request.Headers.ContentRange}");
        }
        return next(context);
    });

    /// <summary>Content that stops coming after so many bytes, and tells so; it cannot be read a second time.</summary>
    private sealed class StallingStream(byte[] content, int stallAt, Action stalled) : MemoryStream(content, 0, stallAt, writable: false)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = Read(buffer.Span);
            if (read == 0)
            {
                stalled();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            return read;
        }
    }
}
