using Oci.Distribution.Copying;
using Oci.Image;
using static Oci.Distribution.Tests.Copying.CopySamples;

namespace Oci.Distribution.Tests.Copying;

public sealed class CopyPlanTests
{
    private readonly MemoryContentStore _source = new();
    private readonly MemoryContentStore _destination = new();

    [Fact]
    public async Task Plan_OfAnIndex_TellsAllAndDoesNothing()
    {
        Descriptor index = await AddIndexAsync(_source);
        await AddBlobAsync(_destination, MediaTypes.Layer, "shared");

        CopyPlan plan = await ContentCopier.PlanAsync(_source, "v1", _destination, "v2");

        Assert.Equal((4, 1), (plan.Blobs.Copied, plan.Blobs.Skipped));
        Assert.Equal((3, 0), (plan.Manifests.Copied, plan.Manifests.Skipped));
        Assert.Equal(index.Digest, plan.Items[^1].Descriptor.Digest);
        Assert.Equal(plan.Items.Where(item => item.Action == CopyAction.Copy).Sum(item => item.Descriptor.Size), plan.Blobs.CopiedBytes + plan.Manifests.CopiedBytes);
        Assert.Equal(("v2", false), (plan.Tag, plan.IsTagged));
        Assert.False(await _destination.ExistsAsync(index));
        Assert.Null(await _destination.ResolveAsync("v2"));
    }

    [Fact]
    public async Task Run_OfAPlan_DoesWhatItSays()
    {
        Descriptor index = await AddIndexAsync(_source);
        CopyPlan plan = await ContentCopier.PlanAsync(_source, "v1", _destination, "v2");

        CopyResult result = await plan.RunAsync();

        Assert.Equal((plan.Blobs, plan.Manifests), (result.Blobs, result.Manifests));
        Assert.True(await IsWholeAsync(_destination, index));
        CopyPlan after = await ContentCopier.PlanAsync(_source, "v1", _destination, "v2");
        Assert.True(after.IsTagged);
        Assert.Equal((0, 3), ((after.Blobs + after.Manifests).Copied, after.Manifests.Skipped));
        Assert.False((await ContentCopier.PlanAsync(_source, "v1", _destination, "v3")).IsTagged);
    }

    [Fact]
    public async Task ToString_HasALineForEachItem()
    {
        Descriptor index = await AddIndexAsync(_source);
        CopyPlan plan = await ContentCopier.PlanAsync(_source, "v1", _destination, "v2");

        string[] lines = plan.ToString().TrimEnd().Split('\n');

        Assert.Equal(plan.Items.Count + 2, lines.Length);
        Assert.Contains(lines, line => line == $"copy   manifest {index.Digest} {index.Size} bytes");
        Assert.Contains("tag    v2", lines);
        Assert.Contains("8 to copy", lines[^1]);
    }

    [Fact]
    public async Task Plan_OfWhatIsMissing_FailsBeforeAnythingIsCopied()
    {
        Descriptor absent = Descriptor.Create(MediaTypes.ImageManifest, "absent"u8);
        Descriptor index = await AddIndexAsync(_source, absent);

        var e = await Assert.ThrowsAsync<CopyException>(() => ContentCopier.PlanAsync(_source, index, _destination));

        Assert.Equal(absent, e.Descriptor);
        Assert.IsType<ContentNotFoundException>(e.InnerException);
    }
}
