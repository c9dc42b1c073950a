using Oci.Distribution.Tags;
using Oci.Image;

namespace Oci.Distribution.Tests.Hostile;

[CollectionDefinition("Measures the memory of the process", DisableParallelization = true)]
public sealed class MemoryCollection;

/// <summary>Peers that send without end do not make the client's memory grow.</summary>
[Collection("Measures the memory of the process")]
public sealed class HostileMemoryTests
{
    // What a manifest may have, twice over for its buffers, and what the script itself makes.
    private const long MostGrowth = 32L << 20;

    [Theory]
    [InlineData("length: chunks without end")]
    [InlineData("length: errors without end")]
    [InlineData("head: headers without end")]
    [InlineData("head: 1xx without end")]
    public async Task Read_OfWhatNeverEnds_HoldsLittle(string script)
    {
        await using var registry = new ScriptedRegistry(HostileScripts.All[script]);
        using RegistryClient client = registry.CreateClient(options =>
        {
            options.MaxRetries = 0;
            options.ResponseTimeout = options.IdleTimeout = TimeSpan.FromMilliseconds(500);
        });
        using var memory = new PeakMemory();

        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<RegistryException>(() => client.Repository("a").Manifests.GetAsync("v1"));
            // What was held counts, not what is thrown away.
            GC.Collect();
        }

        Assert.InRange(memory.Stop(), 0, MostGrowth);
    }

    [Fact]
    public async Task Read_OfABlobThatNeverEnds_HoldsLittle()
    {
        await using var registry = new ScriptedRegistry(HostileScripts.All["length: chunks without end"]);
        using RegistryClient client = registry.CreateClient();
        using var memory = new PeakMemory();
        await using Stream blob = await client.Repository("a").OpenAsync(new Descriptor { MediaType = MediaTypes.Layer, Digest = Digest.Compute("x"u8), Size = 100_000_000 });

        await Assert.ThrowsAsync<ContentMismatchException>(() => blob.CopyToAsync(Stream.Null));

        Assert.InRange(memory.Stop(), 0, MostGrowth);
    }

    [Fact]
    public void List_WhoseLinksAreLong_HoldsNoneOfThem()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://registry.example/v2/a/tags/list");
        var walk = new PageWalk(request.RequestUri!);
        string padding = new('x', 15_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int page = 0; page < 2000; page++)
        {
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("Link", $"<?page={page}&{padding}>; rel=next");
            walk.MoveOn(response, request);
        }

        // The addresses alone would be 60 MB.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4L << 20);
        Assert.NotNull(walk.Next);
    }
}
