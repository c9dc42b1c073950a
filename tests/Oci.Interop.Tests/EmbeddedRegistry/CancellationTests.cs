using Microsoft.AspNetCore.Builder;
using Oci.Distribution;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Interop.Tests.EmbeddedRegistry;

/// <summary>A push that is cancelled, wherever it is, leaves no upload session at the registry.</summary>
public sealed class CancellationTests
{
    private const int Size = 2_500_000;
    private static readonly MediaType Binary = MediaType.Parse("application/octet-stream");

    [Theory]
    [InlineData("whole")]
    [InlineData("in chunks")]
    [InlineData("in one request")]
    [InlineData("after a mount that is refused")]
    [InlineData("by a writer")]
    public async Task Push_CancelledAtAnyRequest_LeavesNoSession(string how)
    {
        var stages = new Stages();
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(pipeline: stages.Use);
        Repository repository = Open(host);
        int at = 0;
        do
        {
            using var cancellation = new CancellationTokenSource();
            stages.CancelAt(++at, cancellation);

            // Other content each time, so that it is not there yet.
            bool isPushed = await TryPushAsync(repository, how, new CancellingStream(Content(at), long.MaxValue, cancellation), Content(at), cancellation.Token);

            Assert.Empty(host.GetFiles("uploads"));
            // Cancelled by the last answer, it may be done.
            Assert.True(isPushed || stages.IsReached, $"Not cancelled at {at}, and not pushed.");
        }
        while (stages.IsReached);
        Assert.InRange(at, 5, 30);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("in chunks")]
    [InlineData("by a writer")]
    public async Task Push_CancelledAtAnyByte_LeavesNoSession(string how)
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        Repository repository = Open(host);
        int tries = 0;
        foreach (long position in (long[])[0, 1, 262_144, 262_145, 999_999, 1_000_000, 1_500_000, 2_000_001, Size - 1])
        {
            using var cancellation = new CancellationTokenSource();
            byte[] content = Content(++tries);

            bool isPushed = await TryPushAsync(repository, how, new CancellingStream(content, position, cancellation), content, cancellation.Token);

            Assert.False(isPushed);
            Assert.Empty(host.GetFiles("uploads"));
            Assert.False(await repository.ExistsAsync(Descriptor.Create(Binary, content)));
        }
    }

    [Fact]
    public async Task Writer_ThatIsDisposedAnywhere_LeavesNoSession()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        Repository repository = Open(host);
        foreach (int length in (int[])[0, 1, 999_999, 1_000_001, Size])
        {
            await using (ContentWriter writer = await repository.CreateAsync())
            {
                await writer.WriteAsync(Content(1).AsMemory(0, length));
            }

            Assert.Empty(host.GetFiles("uploads"));
        }
    }

    private static Repository Open(EmbeddedHost host) =>
        host.CreateClient(new RegistryClientOptions { ChunkSize = 1_000_000, RetryDelay = TimeSpan.FromMilliseconds(1) }).Repository("a");

    private static byte[] Content(int number)
    {
        var content = new byte[Size];
        BitConverter.TryWriteBytes(content, number);
        return content;
    }

    private static async Task<bool> TryPushAsync(Repository repository, string how, Stream stream, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            if (how == "by a writer")
            {
                await using ContentWriter writer = await repository.CreateAsync(cancellationToken);
                await stream.CopyToAsync(writer, 100_000, cancellationToken);
                await writer.CommitAsync(Binary, cancellationToken: cancellationToken);
                return true;
            }
            if (how == "in one request")
            {
                byte[] small = content[..1000];
                await repository.Blobs.PushAsync(Descriptor.Create(Binary, small), new MemoryStream(small), new PushBlobOptions { SingleRequest = true }, cancellationToken);
                return true;
            }
            await repository.Blobs.PushAsync(Descriptor.Create(Binary, content), stream, new PushBlobOptions { Chunked = how == "in chunks", MountFrom = how.Contains("mount") ? "b" : null }, cancellationToken);
            return true;
        }
        catch (OperationCanceledException e)
        {
            Assert.Equal(cancellationToken, e.CancellationToken);
            return false;
        }
    }

    /// <summary>Cancels at a request's coming or at its end: the first request comes at 1 and ends at 2.</summary>
    private sealed class Stages
    {
        private int _count;
        private int _at;
        private CancellationTokenSource? _cancellation;

        public bool IsReached { get; private set; }

        public void CancelAt(int at, CancellationTokenSource cancellation) => (_count, _at, _cancellation, IsReached) = (0, at, cancellation, false);

        public void Use(WebApplication app) => app.Use(async (context, next) =>
        {
            await CountAsync();
            await next(context);
            await CountAsync();
        });

        private async Task CountAsync()
        {
            if (Interlocked.Increment(ref _count) == _at)
            {
                IsReached = true;
                await _cancellation!.CancelAsync();
            }
        }
    }

    /// <summary>Cancels when a position is read.</summary>
    private sealed class CancellingStream(byte[] content, long position, CancellationTokenSource cancellation) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position <= position && position < Position + buffer.Length)
            {
                await cancellation.CancelAsync();
            }
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
