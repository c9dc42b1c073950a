using Oci.Image;

namespace Oci.Distribution.Tests.Http;

/// <summary>Peers that send something in time, and never come to an end. The clock is the test's.</summary>
public sealed class SlowPeerTests
{
    private static readonly byte[] Content = new byte[100_000];

    private readonly QuickTimeProvider _clock = new();

    [Fact]
    public async Task Read_OfABlobThatDrips_Ends()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(200, $"Content-Length: {Content.Length}");
            await DripAsync(e);
        });
        using RegistryClient client = registry.CreateClient(Configure);

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").ReadAsync(Descriptor.Create(MediaTypes.Layer, Content)).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.Contains("bytes came in", e.Message);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task Read_OfAManifestOrAnErrorThatDrips_Ends(int status)
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(status, $"Content-Length: {Content.Length}");
            await DripAsync(e);
        });
        using RegistryClient client = registry.CreateClient(Configure);

        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Manifests.GetAsync("v1").WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Read_OfABlobThatComesSlowly_ButComes_Succeeds()
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(200, $"Content-Length: {Content.Length}");
            for (int i = 0; i < Content.Length; i += 5000)
            {
                _clock.Advance(QuickTimeProvider.Long * 0.9);
                await e.SendAsync(Content.AsMemory(i, 5000));
            }
        });
        using RegistryClient client = registry.CreateClient(Configure);

        Assert.Equal(Content, await client.Repository("a").ReadAsync(Descriptor.Create(MediaTypes.Layer, Content)));
    }

    private void Configure(RegistryClientOptions options)
    {
        _clock.Configure(options);
        options.MaxRetries = 1;
    }

    // A byte, and then ten seconds of the test's clock.
    private async Task DripAsync(Exchange e)
    {
        while (true)
        {
            await e.SendAsync(new byte[1]);
            _clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }
}
