using System.Collections.Concurrent;
using System.Text;
using Oci.Distribution.Copying;
using Oci.Distribution.Syncing;
using Oci.Distribution.Tests.Copying;
using Oci.Image;
using Oci.Image.Layouts;

namespace Oci.Distribution.Tests.Syncing;

public sealed class RegistrySyncTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryContentStore _one = new();
    private readonly MemoryContentStore _two = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_ToLayouts_CopiesWhatIsChosenAndNothingTheSecondTime()
    {
        await FillAsync();
        var options = new SyncOptions { Tags = { "v*" }, ExcludedRepositories = { "team/two" } };

        List<SyncResult> first = await RunAsync(options, SyncDestination.ToLayouts(_directory.Path));
        List<SyncResult> second = await RunAsync(options, SyncDestination.ToLayouts(_directory.Path));

        Assert.Equal(["v1", "v2"], first.Select(result => result.Reference!).Order());
        Assert.All(first, result => Assert.Equal(("team/one", SyncOutcome.Copied), (result.Repository, result.Outcome)));
        Assert.All(second, result => Assert.Equal(SyncOutcome.Equal, result.Outcome));
        OciLayout layout = await OciLayout.OpenAsync(_directory.Combine("team+one"));
        Assert.Equal(["v1", "v2"], await layout.ListTagsAsync().ToListAsync());
        Assert.True(await CopySamples.IsWholeAsync(layout, first[0].Root!));
        Assert.Single(Directory.GetDirectories(_directory.Path));
    }

    [Fact]
    public async Task Run_AfterAChange_CopiesOnlyWhatLacks()
    {
        await FillAsync();
        await RunAsync(new SyncOptions(), SyncDestination.ToLayouts(_directory.Path));
        Descriptor changed = await CopySamples.AddManifestAsync(_one, "changed", "layer of amd64");
        await _one.TagAsync(changed, "v2");

        List<SyncResult> results = await RunAsync(new SyncOptions(), SyncDestination.ToLayouts(_directory.Path));

        SyncResult copied = Assert.Single(results, result => result.Outcome == SyncOutcome.Copied);
        Assert.Equal(("team/one", "v2"), (copied.Repository, copied.Reference));
        // The config and the manifest; both layers are there.
        Assert.Equal((1, 2, 1), (copied.Copy!.Blobs.Copied, copied.Copy.Blobs.Skipped, copied.Copy.Manifests.Copied));
    }

    [Fact]
    public async Task Run_WhereSomeFail_GoesOnAndTellsEach()
    {
        await FillAsync();
        Descriptor layer = Descriptor.Create(MediaTypes.Layer, "two"u8);
        var failing = new TroubledSource(_two, (descriptor, _) =>
        {
            if (descriptor.Digest == layer.Digest)
            {
                throw new RegistryException("It says no.");
            }
        });
        SyncRepository[] repositories = [new("team/two", failing), new("team/one", _one, ["v1", "absent"])];

        List<SyncResult> results = await new RegistrySync().RunAsync(repositories, SyncDestination.ToLayouts(_directory.Path)).ToListAsync();

        Assert.Equal(3, results.Count);
        Assert.IsType<CopyException>(results.Single(result => result.Repository == "team/two").Error);
        Assert.IsType<ContentNotFoundException>(results.Single(result => result.Reference == "absent").Error);
        Assert.Equal(SyncOutcome.Copied, results.Single(result => result is { Repository: "team/one", Reference: "v1" }).Outcome);
    }

    [Fact]
    public async Task Run_Dry_TellsThePlanAndChangesNothing()
    {
        await FillAsync();
        var destination = new MemoryContentStore();

        List<SyncResult> results = await RunAsync(new SyncOptions { DryRun = true }, SyncDestination.ToStores((_, _) => Task.FromResult<IContentStore>(destination)));

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal(SyncOutcome.Planned, result.Outcome));
        Assert.All(results, result => Assert.True(result.Plan!.Manifests.Copied > 0));
        Assert.Empty(await destination.ListTagsAsync().ToListAsync());
        Assert.All(results, result => Assert.False(destination.ExistsAsync(result.Root!).Result));
    }

    [Fact]
    public async Task Run_DryToLayouts_MakesNoneAndReadsThoseThatAreThere()
    {
        await FillAsync();
        string to = _directory.Combine("to");

        List<SyncResult> all = await RunAsync(new SyncOptions { DryRun = true }, SyncDestination.ToLayouts(to));

        Assert.Equal(4, all.Count);
        Assert.All(all, result => Assert.Equal((SyncOutcome.Planned, null), (result.Outcome, result.Error)));
        Assert.False(Path.Exists(to));

        await RunAsync(new SyncOptions { Repositories = { "team/one" } }, SyncDestination.ToLayouts(to));
        List<SyncResult> rest = await RunAsync(new SyncOptions { DryRun = true, Prune = true }, SyncDestination.ToLayouts(to));

        Assert.All(rest, result => Assert.Equal(result.Repository == "team/one" ? SyncOutcome.Equal : SyncOutcome.Planned, result.Outcome));
        Assert.Equal(["team+one"], Directory.EnumerateFileSystemEntries(to).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WithPrune_DeletesTheTagsThatAreGoneAndMatch(bool isDry)
    {
        await FillAsync();
        await RunAsync(new SyncOptions(), SyncDestination.ToLayouts(_directory.Path));
        OciLayout layout = await OciLayout.OpenAsync(_directory.Combine("team+one"));
        Descriptor image = (await layout.ResolveAsync("v1"))!;
        await layout.TagAsync(image, "v0");
        await layout.TagAsync(image, "own");

        List<SyncResult> results = await RunAsync(new SyncOptions { Prune = true, Tags = { "v*" }, DryRun = isDry }, SyncDestination.ToLayouts(_directory.Path));

        SyncResult pruned = Assert.Single(results, result => result.Outcome != SyncOutcome.Equal);
        Assert.Equal(("team/one", "v0", isDry ? SyncOutcome.PrunePlanned : SyncOutcome.Pruned), (pruned.Repository, pruned.Reference, pruned.Outcome));
        Assert.Equal(isDry ? ["latest", "own", "v0", "v1", "v2"] : ["latest", "own", "v1", "v2"], await layout.ListTagsAsync().ToListAsync());
    }

    [Fact]
    public async Task Run_WithPruneOfASourceWithoutTags_DeletesNothing()
    {
        await FillAsync();
        await RunAsync(new SyncOptions(), SyncDestination.ToLayouts(_directory.Path));

        List<SyncResult> results = await new RegistrySync(new SyncOptions { Prune = true })
            .RunAsync([new SyncRepository("team/one", new MemoryContentStore())], SyncDestination.ToLayouts(_directory.Path)).ToListAsync();

        Assert.Empty(results);
        Assert.Equal(3, await (await OciLayout.OpenAsync(_directory.Combine("team+one"))).ListTagsAsync().CountAsync());
    }

    [Fact]
    public async Task Run_OfEqualDigestsWithCheckEqual_FillsASparseIndex()
    {
        await FillAsync();
        await RunAsync(new SyncOptions { Copy = new() { Platforms = [CopySamples.Amd64] }, Repositories = { "team/one" }, Tags = { "v1" } }, SyncDestination.ToLayouts(_directory.Path));
        OciLayout layout = await OciLayout.OpenAsync(_directory.Combine("team+one"));
        Descriptor index = (await layout.ResolveAsync("v1"))!;
        Assert.False(await CopySamples.IsWholeAsync(layout, index));

        Assert.Equal(SyncOutcome.Equal, (await RunAsync(new SyncOptions { Repositories = { "team/one" }, Tags = { "v1" } }, SyncDestination.ToLayouts(_directory.Path)))[0].Outcome);
        Assert.Equal(SyncOutcome.Copied, (await RunAsync(new SyncOptions { Repositories = { "team/one" }, Tags = { "v1" }, CheckEqual = true }, SyncDestination.ToLayouts(_directory.Path)))[0].Outcome);

        Assert.True(await CopySamples.IsWholeAsync(layout, index));
    }

    [Fact]
    public async Task Run_WithReferrers_CopiesNewOnesOfEqualImages()
    {
        await FillAsync();
        var options = new SyncOptions { Copy = new() { IncludeReferrers = true }, Repositories = { "team/one" }, Tags = { "v1" } };
        await RunAsync(options, SyncDestination.ToLayouts(_directory.Path));
        Descriptor signature = await CopySamples.AddManifestAsync(_one, "sig", "sig", (await _one.ResolveAsync("v1"))!.ToPlain());

        List<SyncResult> results = await RunAsync(options, SyncDestination.ToLayouts(_directory.Path));

        Assert.Equal(SyncOutcome.Copied, Assert.Single(results).Outcome);
        Assert.True(await (await OciLayout.OpenAsync(_directory.Combine("team+one"))).ExistsAsync(signature));
        Assert.Equal(SyncOutcome.Equal, Assert.Single(await RunAsync(options, SyncDestination.ToLayouts(_directory.Path))).Outcome);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("UPPER")]
    [InlineData("a//b")]
    public async Task Run_OfANameThatIsNone_IsAFailureAndNoPath(string name)
    {
        await using var registry = new ScriptedRegistry(exchange => exchange.RespondAsync(200, Encoding.UTF8.GetBytes($$"""{"repositories":["{{name}}"],"tags":["v1"]}""")));
        using RegistryClient client = registry.CreateClient();

        List<SyncResult> results = await new RegistrySync().RunAsync(SyncRepository.ListAsync(client), SyncDestination.ToLayouts(_directory.Combine("to"))).ToListAsync();

        Assert.IsType<FormatException>(Assert.Single(results).Error);
        Assert.False(Directory.Exists(_directory.Combine("to")));
    }

    [Fact]
    public async Task Run_ThatIsNotReadToItsEnd_Stops()
    {
        await FillAsync();
        for (int i = 0; i < 200; i++)
        {
            await _one.TagAsync((await _one.ResolveAsync("v1"))!, $"t{i}");
        }
        var source = new TroubledSource(_one, (_, _) => { });
        var destination = new MemoryContentStore();

        await foreach (SyncResult result in new RegistrySync().RunAsync([new SyncRepository("team/one", source)], SyncDestination.ToStores((_, _) => Task.FromResult<IContentStore>(destination))))
        {
            break;
        }

        Assert.True(await destination.ListTagsAsync().CountAsync() < 200);
    }

    [Fact]
    public async Task Run_ThatIsCancelled_ThrowsWithTheCallersToken()
    {
        await FillAsync();
        using var cancellation = new CancellationTokenSource();
        var source = new TroubledSource(_one, (_, _) => cancellation.Cancel());

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RegistrySync()
            .RunAsync([new SyncRepository("team/one", source)], SyncDestination.ToLayouts(_directory.Path), cancellationToken: cancellation.Token).ToListAsync().AsTask());

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Assert.Empty(await (await OciLayout.OpenAsync(_directory.Combine("team+one"))).ListTagsAsync().ToListAsync());
    }

    [Fact]
    public async Task Run_OfImagesThatShareABlobAtOnce_ReadsItOnce()
    {
        for (int i = 0; i < 8; i++)
        {
            await _one.TagAsync(await CopySamples.AddManifestAsync(_one, $"config {i}", "layer"), $"v{i}");
        }
        var opened = new ConcurrentBag<Digest>();
        var source = new TroubledSource(_one, (descriptor, _) => opened.Add(descriptor.Digest));

        await new RegistrySync(new SyncOptions { MaxParallelImages = 8 }).RunAsync([new SyncRepository("team/one", source)], SyncDestination.ToLayouts(_directory.Path)).ToListAsync();

        Assert.Single(opened, digest => digest == Digest.Compute("shared"u8));
    }

    private async Task FillAsync()
    {
        await CopySamples.AddIndexAsync(_one);
        await _one.TagAsync(await CopySamples.AddManifestAsync(_one, "second", "layer"), "v2");
        await _one.TagAsync((await _one.ResolveAsync("v1"))!, "latest");
        await _two.TagAsync(await CopySamples.AddManifestAsync(_two, "two", "two"), "v1");
    }

    private Task<List<SyncResult>> RunAsync(SyncOptions options, SyncDestination destination) =>
        new RegistrySync(options).RunAsync([new SyncRepository("team/one", _one), new SyncRepository("team/two", _two)], destination).ToListAsync().AsTask();
}
