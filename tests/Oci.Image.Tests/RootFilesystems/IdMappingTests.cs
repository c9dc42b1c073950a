using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class IdMappingTests
{
    [Theory]
    [InlineData(0u, true, 1000u)]
    [InlineData(1u, true, 100_000u)]
    [InlineData(65_536u, true, 165_535u)]
    [InlineData(65_537u, false, 65_537u)]
    public void TryMap_Ranges_MapWhatTheyHold(uint id, bool isMapped, uint hostId)
    {
        IdMapping[] mappings = [new(0, 1000, 1), new(1, 100_000, 65_536)];
        Assert.Equal(isMapped, IdMapping.TryMap(mappings, id, out uint actual));
        Assert.Equal(hostId, actual);
    }

    [Fact]
    public void TryMap_NoRanges_LeavesIds()
    {
        Assert.True(IdMapping.TryMap([], 4_000_000_000, out uint hostId));
        Assert.Equal(4_000_000_000, hostId);
    }

    [Theory]
    [InlineData(0u, 4294967290u, 6u)]
    [InlineData(4294967290u, 0u, 6u)]
    public void UidMappings_BeyondTheLastId_AreRefused(uint containerId, uint hostId, uint size)
    {
        var options = new UnpackOptions { UidMappings = [new IdMapping(containerId, hostId, size - 1)] };
        Assert.Throws<ArgumentException>(() => options.UidMappings = [new IdMapping(containerId, hostId, size)]);
        Assert.Throws<ArgumentException>(() => options.GidMappings = [new IdMapping(containerId, hostId, size)]);
    }
}
