using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using static Oci.Distribution.Tests.Copying.CopySamples;

namespace Oci.Distribution.Tests.Copying;

public sealed class CopyPlatformsTests
{
    private readonly MemoryContentStore _source = new();
    private readonly MemoryContentStore _destination = new();

    [Fact]
    public async Task Copy_OfSomePlatforms_KeepsTheIndexSparse()
    {
        Descriptor index = await AddIndexAsync(_source);
        IReadOnlyList<Descriptor> images = (await _source.ReadIndexAsync(index)).Manifests;

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", _destination, "v1", new() { Platforms = [Arm64] });

        Assert.Equal(index.Digest, result.Root.Digest);
        Assert.Equal(index.Digest, (await _destination.ResolveAsync("v1"))!.Digest);
        Assert.False(await _destination.ExistsAsync(images[0]));
        Assert.True(await IsWholeAsync(_destination, images[1]));
        Assert.Equal((3, 2), (result.Blobs.Copied, result.Manifests.Copied));
    }

    [Fact]
    public async Task Copy_OfSomePlatformsReduced_WritesANewIndexAndTellsItsDigest()
    {
        Descriptor index = await AddIndexAsync(_source);
        var options = new CopyOptions { Platforms = [Arm64], ReduceIndex = true };

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", _destination, "v1", options);
        CopyResult again = await ContentCopier.CopyAsync(_source, "v1", _destination, "v1", options);

        Assert.NotEqual(index.Digest, result.Root.Digest);
        Assert.Equal(index.Digest, result.SourceRoot.Digest);
        Assert.Equal(result.Root.Digest, (await _destination.ResolveAsync("v1"))!.Digest);
        Assert.True(await IsWholeAsync(_destination, result.Root));
        Descriptor image = Assert.Single((await _destination.ReadIndexAsync(result.Root)).Manifests);
        Assert.Equal(Arm64, image.Platform);
        Assert.Equal((0, result.Root.Digest), (again.Copied, again.Root.Digest));
    }

    [Fact]
    public async Task Copy_ThatRepairsAndReduces_WritesTheNewIndexAfterWhatItLists()
    {
        using var directory = new TempDirectory();
        OciLayout layout = await OciLayout.CreateAsync(directory.Path);
        await AddIndexAsync(_source);
        await ContentCopier.CopyAsync(_source, "v1", layout, "v1", new() { Platforms = [Amd64] });
        var steps = new Steps();

        CopyPlan plan = await ContentCopier.PlanAsync(_source, "v1", layout, "v2", new() { Platforms = [Arm64], ReduceIndex = true, Repair = true });
        CopyResult result = await plan.RunAsync(steps);

        Assert.Equal((plan.Root.Digest, CopyAction.Copy), (plan.Items[^1].Descriptor.Digest, plan.Items[^1].Action));
        Assert.Equal(result.Root.Digest, steps.Done[^1].Digest);
        Assert.True(await IsWholeAsync(layout, result.Root));
    }

    [Fact]
    public async Task Copy_ThatRepairsAndReducesAgain_MendsTheNewIndex()
    {
        using var directory = new TempDirectory();
        OciLayout layout = await OciLayout.CreateAsync(directory.Path);
        await AddIndexAsync(_source);
        var options = new CopyOptions { Platforms = [Arm64], ReduceIndex = true, Repair = true };
        Descriptor index = (await ContentCopier.CopyAsync(_source, "v1", layout, "v1", options)).Root;
        await File.WriteAllBytesAsync(directory.Combine("blobs", "sha256", index.Digest.Hex.ToString()), new byte[index.Size]);

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", layout, "v1", options);

        Assert.Equal((index.Digest, 1), (result.Root.Digest, result.Copied));
        Assert.True(await IsWholeAsync(layout, index));
    }

    [Fact]
    public async Task Copy_OfAllPlatformsReduced_KeepsTheIndex()
    {
        Descriptor index = await AddIndexAsync(_source);

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", _destination, options: new() { Platforms = [Amd64, Arm64], ReduceIndex = true });

        Assert.Equal(index.Digest, result.Root.Digest);
        Assert.True(await IsWholeAsync(_destination, index));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_OfAPlatformInANestedIndex_TakesTheIndexesThatLeadThere(bool reduce)
    {
        Descriptor riscv = await AddManifestAsync(_source, "riscv", "r") with { Platform = new() { Os = "linux", Architecture = "riscv64" } };
        Descriptor s390 = await AddManifestAsync(_source, "s390", "s") with { Platform = new() { Os = "linux", Architecture = "s390x" } };
        Descriptor arms = await AddIndexOfAsync(_source, [riscv, s390]);
        Descriptor ppc = await AddManifestAsync(_source, "ppc", "p") with { Platform = new() { Os = "linux", Architecture = "ppc64le" } };
        Descriptor others = await AddIndexOfAsync(_source, [ppc]);
        Descriptor index = await AddIndexAsync(_source, arms, others);

        CopyResult result = await ContentCopier.CopyAsync(_source, index, _destination, options: new() { Platforms = [riscv.Platform!], ReduceIndex = reduce });

        Assert.Equal(reduce, result.Root.Digest != index.Digest);
        Assert.True(await IsWholeAsync(_destination, riscv));
        Assert.Equal((3, 3), (result.Blobs.Copied, result.Manifests.Copied));
        Assert.False(await _destination.ExistsAsync(others));
        Assert.False(await _destination.ExistsAsync(s390));
        Assert.Equal(reduce, await IsWholeAsync(_destination, result.Root));
    }

    [Fact]
    public async Task Copy_OfAPlatform_TakesItsAttestationAlong()
    {
        Descriptor image = await AddManifestAsync(_source, "amd64", "layer of amd64") with { Platform = Amd64 };
        Descriptor attestation = await AttestAsync("of amd64", image.Digest);
        Descriptor other = await AttestAsync("of another", Digest.Compute("other"u8));
        Descriptor index = await AddIndexAsync(_source, attestation, other);

        await ContentCopier.CopyAsync(_source, index, _destination, options: new() { Platforms = [Amd64] });

        Assert.True(await IsWholeAsync(_destination, attestation));
        Assert.False(await _destination.ExistsAsync(other));
    }

    [Fact]
    public async Task Copy_OfAPlatformThatIsNotThere_ThrowsAndCopiesNothing()
    {
        Descriptor index = await AddIndexAsync(_source);

        await Assert.ThrowsAsync<PlatformNotFoundException>(() =>
            ContentCopier.CopyAsync(_source, "v1", _destination, options: new() { Platforms = [Amd64, new() { Os = "plan9", Architecture = "mips" }] }));

        Assert.False(await _destination.ExistsAsync(index));
    }

    [Fact]
    public async Task Copy_OfNothingChosen_ThrowsWhereTheIndexWouldBeEmpty()
    {
        await AddIndexAsync(_source);

        await Assert.ThrowsAsync<OciImageException>(() => ContentCopier.CopyAsync(_source, "v1", _destination, options: new() { Include = _ => false, ReduceIndex = true }));
    }

    private sealed class Steps : IProgress<CopyProgress>
    {
        public List<Descriptor> Done { get; } = [];

        public void Report(CopyProgress value)
        {
            lock (Done)
            {
                if (value.Step == CopyStep.Copied)
                {
                    Done.Add(value.Descriptor);
                }
            }
        }
    }

    private async Task<Descriptor> AttestAsync(string text, Digest image) => await AddManifestAsync(_source, "unknown", text) with
    {
        Platform = new() { Os = "unknown", Architecture = "unknown" },
        Annotations = new Dictionary<string, string> { ["vnd.docker.reference.type"] = "attestation-manifest", ["vnd.docker.reference.digest"] = image.ToString() },
    };
}
