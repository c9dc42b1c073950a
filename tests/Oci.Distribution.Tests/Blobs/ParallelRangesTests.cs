using System.Security.Cryptography;
using Oci.Distribution.Blobs;
using Oci.Image;

namespace Oci.Distribution.Tests.Blobs;

public sealed class ParallelRangesTests
{
    private const int RangeSize = 64 * 1024;

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(1_000_000);
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);

    private readonly RangeServer _server = new(Content);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public async Task Read_InParallel_GivesAllInOrder_ByOneRequestARange(int parallel)
    {
        await using var registry = new ScriptedRegistry(_server.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client, parallel));

        Assert.Equal(16, registry.Requests.Count);
        Assert.InRange(_server.MostAtOnce, 1, parallel);
    }

    [Fact]
    public async Task Read_InParallel_AsksForSeveralAtOnce()
    {
        int asked = 0;
        var all = new TaskCompletionSource();
        await using var registry = new ScriptedRegistry(async e =>
        {
            // The second to the fourth are answered when all three are there.
            if (Interlocked.Increment(ref asked) is > 1 and <= 4)
            {
                if (asked == 4)
                {
                    all.SetResult();
                }
                await all.Task;
            }
            await _server.ServeAsync(e);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client, 4).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Read_OfAPartInParallel_GivesThatPart()
    {
        await using var registry = new ScriptedRegistry(_server.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await using Stream stream = await client.Repository("a").Blobs.OpenAsync(Blob, new OpenBlobOptions { Offset = 100_000, Length = 500_001, ParallelRanges = 3, RangeSize = RangeSize });
        var result = new MemoryStream();
        await stream.CopyToAsync(result);

        Assert.Equal(Content[100_000..600_001], result.ToArray());
    }

    [Theory]
    [InlineData("200")]
    [InlineData("416")]
    [InlineData("other")]
    [InlineData("none")]
    public async Task Read_WhereNoRangeIsHonoured_IsOverOneConnection(string how)
    {
        await using var registry = new ScriptedRegistry(e => Answer(e, e["Range"] is not null, how));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client, 4));

        Assert.Equal(how == "200" ? 1 : 2, registry.Requests.Count);
    }

    [Theory]
    [InlineData("200")]
    [InlineData("416")]
    [InlineData("404")]
    [InlineData("500")]
    [InlineData("other")]
    public async Task Read_WhereOneRangeInTheMiddleIsNotHonoured_GoesOnOverOneConnection(string how)
    {
        await using var registry = new ScriptedRegistry(e => Answer(e, RangeServer.GetRange(e) is (5 * RangeSize, not null), how));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client, 3));

        Assert.InRange(registry.Requests.Count, 7, 16);
    }

    [Fact]
    public async Task Read_OverBrokenConnections_GoesOnWithinEachRange()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            (long from, long? to) = RangeServer.GetRange(e)!.Value;
            // Each range once: what goes on within one does not begin at its start. The last one has no end.
            if (from % RangeSize == 0)
            {
                long last = to ?? Content.Length - 1;
                await e.SendHeadAsync(206, $"Content-Range: bytes {from}-{last}/{Content.Length}", $"Content-Length: {last - from + 1}");
                await e.SendAsync(Content.AsMemory((int)from, (int)(last - from) / 2));
                e.Close();
                return;
            }
            await _server.ServeAsync(e);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client, 4));
        Assert.Equal(32, registry.Requests.Count);
    }

    [Fact]
    public async Task Read_AfterTheOneConnectionFailedToo_MayBeTriedAgain()
    {
        bool isGone = true;
        await using var registry = new ScriptedRegistry(e => isGone && RangeServer.GetRange(e)!.Value.From > 0 ? e.RespondAsync(503) : _server.ServeAsync(e));
        using RegistryClient client = registry.CreateClient(o => o.MaxRetries = 0);
        await using Stream stream = await OpenAsync(client, 2);
        var result = new byte[Content.Length];
        await stream.ReadExactlyAsync(result.AsMemory(0, RangeSize));

        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<RegistryException>(async () => await stream.ReadExactlyAsync(result.AsMemory(RangeSize)));
        }
        isGone = false;
        await stream.ReadExactlyAsync(result.AsMemory(RangeSize));

        Assert.Equal(Content, result);
    }

    [Fact]
    public async Task Read_OfOtherContent_ThrowsBeforeItsEnd()
    {
        byte[] other = [.. Content];
        other[777_777] ^= 1;
        var server = new RangeServer(other);
        await using var registry = new ScriptedRegistry(server.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(client, 4));
    }

    [Fact]
    public async Task Read_WhereTheRegistryIsGone_TellsThat()
    {
        await using var registry = new ScriptedRegistry(e => RangeServer.GetRange(e)!.Value.From < 3 * RangeSize ? _server.ServeAsync(e) : e.RespondAsync(503));
        using RegistryClient client = registry.CreateClient(o => o.MaxRetries = 1);

        var e = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(client, 2));

        Assert.True(e.IsTransient);
    }

    [Fact]
    public async Task Open_OfWhatIsNotThere_ThrowsContentNotFound()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ContentNotFoundException>(() => ReadAsync(client, 4));
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Read_ThatIsCancelled_LeavesTheStreamGood()
    {
        var answer = new TaskCompletionSource();
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (RangeServer.GetRange(e)!.Value.From > 0)
            {
                await answer.Task;
            }
            await _server.ServeAsync(e);
        });
        using RegistryClient client = registry.CreateClient();
        await using Stream stream = await OpenAsync(client, 3);
        var result = new byte[Content.Length];
        await stream.ReadExactlyAsync(result.AsMemory(0, RangeSize));
        using var cancellation = new CancellationTokenSource();
        ValueTask<int> reading = stream.ReadAsync(result.AsMemory(RangeSize), cancellation.Token);

        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        Assert.Equal(cancellation.Token, e.CancellationToken);
        answer.SetResult();
        await stream.ReadExactlyAsync(result.AsMemory(RangeSize));
        Assert.Equal(Content, result);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_InTheMiddle_ClosesEveryConnection(bool async)
    {
        int open = 0;
        var allOpen = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using var registry = new ScriptedRegistry(async e =>
        {
            (long from, long? to) = RangeServer.GetRange(e)!.Value;
            if (from == 0)
            {
                await _server.ServeAsync(e);
                return;
            }
            if (Interlocked.Increment(ref open) == 3)
            {
                allOpen.SetResult();
            }
            try
            {
                await e.SendHeadAsync(206, $"Content-Range: bytes {from}-{to}/{Content.Length}", $"Content-Length: {to - from + 1}");
                await e.SendAsync(Content.AsMemory((int)from, 10));
                await e.WaitForCloseAsync();
            }
            finally
            {
                if (Interlocked.Decrement(ref open) == 0)
                {
                    closed.TrySetResult();
                }
            }
        });
        using RegistryClient client = registry.CreateClient();
        Stream stream = await OpenAsync(client, 4);
        await stream.ReadExactlyAsync(new byte[10]);
        await allOpen.Task;

        if (async)
        {
            await stream.DisposeAsync();
        }
        else
        {
            stream.Dispose();
        }

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Open_WithMoreMemoryThanIsAllowed_Throws()
    {
        await using var registry = new ScriptedRegistry(_server.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ArgumentException>(() => client.Repository("a").Blobs.OpenAsync(Blob, new OpenBlobOptions { ParallelRanges = 16, RangeSize = 4 << 20 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpenBlobOptions { ParallelRanges = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpenBlobOptions { RangeSize = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpenBlobOptions { Offset = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpenBlobOptions { Length = -1 });
    }

    private Task Answer(Exchange e, bool isTheOne, string how) => (isTheOne, how) switch
    {
        (false, _) => _server.ServeAsync(e),
        (_, "200") => _server.ServeWholeAsync(e),
        (_, "other") => e.RespondAsync(206, Content.AsMemory(7, RangeSize), $"Content-Range: bytes 7-{6 + RangeSize}/{Content.Length}"),
        (_, "none") => e.RespondAsync(206, Content.AsMemory(0, RangeSize)),
        _ => e.RespondAsync(int.Parse(how)),
    };

    private static Task<Stream> OpenAsync(RegistryClient client, int parallel) =>
        client.Repository("a").Blobs.OpenAsync(Blob, new OpenBlobOptions { ParallelRanges = parallel, RangeSize = RangeSize });

    private static async Task<byte[]> ReadAsync(RegistryClient client, int parallel)
    {
        await using Stream stream = await OpenAsync(client, parallel);
        var result = new MemoryStream();
        await stream.CopyToAsync(result);
        return result.ToArray();
    }
}
