using System.Security.Cryptography;
using Oci.Image;

namespace Oci.Distribution.Tests.Blobs;

public sealed class BlobPullTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(3_000_000);
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);

    [Fact]
    public async Task Read_OverBrokenConnections_GoesOnByRange()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            int start = Start(e);
            int end = ++calls < 3 ? start + 1_100_000 : Content.Length;
            await SendRangeAsync(e, start, end);
            if (end < Content.Length)
            {
                e.Close(reset: true);
            }
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Read_OfABodyThatBreaksAfterItsLastByte_IsWhole()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e["Range"] is not null)
            {
                await e.RespondAsync(416);
                return;
            }
            await e.SendHeadAsync(200, "Transfer-Encoding: chunked");
            await e.SendAsync(System.Text.Encoding.ASCII.GetBytes($"{Content.Length:x}\r\n"));
            await e.SendAsync(Content);
            // Without the chunk of nothing that ends such a body.
            await e.SendAsync("\r\n"u8.ToArray());
            e.Close();
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client));
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Read_OfARegistryWithoutRanges_SkipsWhatItHas()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(200, $"Content-Length: {Content.Length}");
            await e.SendAsync(Content.AsMemory(0, ++calls == 1 ? 1_000_000 : Content.Length));
            if (calls == 1)
            {
                e.Close();
            }
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client));
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Read_OfABodyWithoutLengthThatEndsEarly_GoesOn()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (++calls == 1)
            {
                await e.SendHeadAsync(200, "Connection: close");
                await e.SendAsync(Content.AsMemory(0, 1_000_000));
                e.Close();
                return;
            }
            await SendRangeAsync(e, Start(e), Content.Length);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client));
    }

    [Fact]
    public async Task Read_OfAPeerThatGivesAByteATry_Ends()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            int start = Start(e);
            await SendRangeAsync(e, start, start + 1);
            e.Close(reset: true);
        });
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(client));

        Assert.True(e.IsTransient);
        Assert.InRange(registry.Requests.Count, 2, 10);
    }

    [Fact]
    public async Task Read_OfAPeerThatStopsSending_EndsInTime()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await SendRangeAsync(e, Start(e), Start(e) + 10);
            await e.HangAsync();
        });
        using RegistryClient client = registry.CreateClient(o =>
        {
            o.IdleTimeout = TimeSpan.FromMilliseconds(100);
            o.MaxRetries = 1;
        });

        var e = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(client));

        Assert.IsType<TimeoutException>(e.InnerException);
    }

    [Theory]
    [InlineData("bytes 0-2999999/3000000")]
    [InlineData("bytes 1000001-2999999/3000000")]
    [InlineData("bytes 1000000-2999999/9000000")]
    [InlineData("nonsense")]
    public async Task Read_OfAPeerThatLiesAboutRanges_Throws(string range)
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (++calls == 1)
            {
                await SendRangeAsync(e, 0, 1_000_000);
                e.Close();
                return;
            }
            await e.RespondAsync(206, Content.AsMemory(1_000_000), $"Content-Range: {range}");
        });
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(client));

        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Read_OfOtherContent_ThrowsBeforeItsEnd()
    {
        byte[] other = [.. Content];
        other[0] ^= 1;
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, other));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(client));
        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData(2_999_999)]
    [InlineData(3_000_001)]
    public async Task Open_WhereTheRegistryTellsAnotherSize_Throws(int size)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, new byte[size]));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(client));

        Assert.Equal(size, e.ActualSize);
    }

    [Fact]
    public async Task Read_OfABodyThatGoesOnForEver_Throws()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(200, "Connection: close");
            while (true)
            {
                await e.SendAsync(Content);
            }
        });
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(client));
    }

    [Fact]
    public async Task Open_OfWhatIsNotThere_ThrowsContentNotFound()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404, """{"errors":[{"code":"BLOB_UNKNOWN"}]}"""u8.ToArray()));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => ReadAsync(client));

        Assert.True(Assert.IsType<RegistryException>(e.InnerException).Has("BLOB_UNKNOWN"));
        Assert.False(await client.Repository("a").ExistsAsync(Blob));
    }

    [Fact]
    public async Task Read_ThatIsCancelled_ThrowsWithTheCallersToken()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await SendRangeAsync(e, 0, 10);
            await e.HangAsync();
        });
        using RegistryClient client = registry.CreateClient();
        await using Stream stream = await client.Repository("a").OpenAsync(Blob);
        var buffer = new byte[100];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 10));
        using var cancellation = new CancellationTokenSource();
        ValueTask<int> reading = stream.ReadAsync(buffer, cancellation.Token);

        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    private static int Start(Exchange e) => e["Range"] is string range ? int.Parse(range["bytes=".Length..^1]) : 0;

    private static async Task SendRangeAsync(Exchange e, int start, int end)
    {
        string[] headers = [$"Content-Length: {Content.Length - start}", $"Content-Range: bytes {start}-{Content.Length - 1}/{Content.Length}"];
        await (start == 0 ? e.SendHeadAsync(200, headers[0]) : e.SendHeadAsync(206, headers));
        await e.SendAsync(Content.AsMemory(start, end - start));
    }

    private static async Task<byte[]> ReadAsync(RegistryClient client)
    {
        await using Stream stream = await client.Repository("a").OpenAsync(Blob);
        var result = new MemoryStream();
        await stream.CopyToAsync(result);
        return result.ToArray();
    }
}
