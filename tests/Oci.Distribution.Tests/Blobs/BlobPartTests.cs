using System.Security.Cryptography;
using Oci.Distribution.Blobs;
using Oci.Image;

namespace Oci.Distribution.Tests.Blobs;

public sealed class BlobPartTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(1_000_000);
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);

    private readonly RangeServer _server = new(Content);

    [Theory]
    [InlineData(0, 10L, "bytes=0-9")]
    [InlineData(500_000, 100_000L, "bytes=500000-599999")]
    [InlineData(999_999, null, "bytes=999999-")]
    [InlineData(100, 999_900L, "bytes=100-")]
    public async Task Open_OfAPart_AsksForItAlone(int offset, long? length, string range)
    {
        string? asked = null;
        await using var registry = new ScriptedRegistry(e =>
        {
            asked = e["Range"];
            return _server.ServeAsync(e);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content[offset..(offset + (int)(length ?? (Content.Length - offset)))], await ReadAsync(client, offset, length));
        Assert.Equal(range, asked);
    }

    [Fact]
    public async Task Open_OfNothing_AsksNothing()
    {
        await using var registry = new ScriptedRegistry(_server.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Empty(await ReadAsync(client, 5, 0));
        Assert.Empty(await ReadAsync(client, Content.Length, null));
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData(1_000_001, null)]
    [InlineData(0, 1_000_001L)]
    [InlineData(999_999, 2L)]
    [InlineData(1, long.MaxValue)]
    public async Task Open_OfAPartThatIsNotWithin_Throws(long offset, long? length)
    {
        await using var registry = new ScriptedRegistry(_server.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(client, offset, length));
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(416)]
    public async Task Open_OfAPart_WhereRangesAreNotHonoured_ReadsOverWhatComesBefore(int status)
    {
        await using var registry = new ScriptedRegistry(e => e["Range"] is null || status == 200 ? _server.ServeWholeAsync(e) : e.RespondAsync(status));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content[300_000..300_100], await ReadAsync(client, 300_000, 100));
        Assert.Equal(status == 200 ? 1 : 2, registry.Requests.Count);
    }

    [Theory]
    [InlineData("bytes 300001-300099/1000000")]
    [InlineData("bytes 300000-300100/1000000")]
    [InlineData("bytes 300000-300099/1000001")]
    [InlineData("items 300000-300099/1000000")]
    [InlineData("bytes */1000000")]
    [InlineData("")]
    public async Task Open_OfAPart_WhereTheRegistryAnswersAnother_Throws(string range)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(206, Content.AsMemory(300_000, 100), $"Content-Range: {range}"));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(client, 300_000, 100));

        Assert.False(e.IsTransient);
        Assert.Contains("300000 to 300099 of 1000000", e.Message);
    }

    [Fact]
    public async Task Open_OfAll_ThatIsAnsweredAPartUnasked_Throws()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(206, Content, $"Content-Range: bytes 0-999999/1000000"));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").OpenAsync(Blob));
    }

    [Fact]
    public async Task Read_OfAPart_OverABrokenConnection_AsksForTheRest()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (++calls == 1)
            {
                await e.SendHeadAsync(206, "Content-Range: bytes 1000-1999/1000000", "Content-Length: 1000");
                await e.SendAsync(Content.AsMemory(1000, 400));
                e.Close(reset: false);
                return;
            }
            Assert.Equal("bytes=1400-1999", e["Range"]);
            await _server.ServeAsync(e);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content[1000..2000], await ReadAsync(client, 1000, 1000));
    }

    [Fact]
    public async Task Read_OfAPartThatIsShort_Throws()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => ++calls == 1
            ? e.RespondAsync(206, Content.AsMemory(1000, 400), "Content-Range: bytes 1000-1399/1000000")
            : e.RespondAsync(416));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(client, 1000, 1000));
    }

    [Fact]
    public async Task Read_OfAPartThatGoesOn_EndsWhereItMust()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(206, Content.AsMemory(1000, 5000), "Content-Range: bytes 1000-1999/1000000"));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content[1000..2000], await ReadAsync(client, 1000, 1000));
    }

    [Theory]
    [InlineData("ETag: \"one\"", "\"one\"")]
    [InlineData("ETag: W/\"one\"", null)]
    [InlineData("ETag: nonsense", null)]
    public async Task Resume_NamesTheStrongTagThatCameFirst(string header, string? expected)
    {
        int calls = 0;
        string? named = null;
        var server = new RangeServer(Content) { Headers = ["ETag: \"two\""] };
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (++calls == 1)
            {
                await e.SendHeadAsync(200, $"Content-Length: {Content.Length}", header);
                await e.SendAsync(Content.AsMemory(0, 1000));
                e.Close();
                return;
            }
            named = e["If-Range"];
            // As RFC 9110 has it: all of it, where it is another by now.
            await (named is null ? server.ServeAsync(e) : server.ServeWholeAsync(e));
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Content, await ReadAsync(client, 0, null));
        Assert.Equal(expected, named);
    }

    private static async Task<byte[]> ReadAsync(RegistryClient client, long offset, long? length)
    {
        await using Stream stream = await client.Repository("a").Blobs.OpenAsync(Blob, new() { Offset = offset, Length = length });
        var result = new MemoryStream();
        await stream.CopyToAsync(result);
        return result.ToArray();
    }
}
