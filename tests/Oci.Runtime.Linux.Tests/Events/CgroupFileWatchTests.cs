using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Events;

namespace Oci.Runtime.Linux.Tests.Events;

/// <summary>That a version 2 file tells its changes, on one that every hierarchy has: memory.events is told the same way.</summary>
[Trait("Needs", "root")]
public sealed class CgroupFileWatchTests
{
    [Fact]
    public async Task WaitAsync_FileChanges_TellsEach()
    {
        Requires.Root();
        CgroupHierarchy? unified = CgroupHost.Read().Hierarchies.FirstOrDefault(h => h.IsUnified);
        Assert.SkipWhen(unified is null, "Needs cgroup v2, if only beside v1.");
        string directory = $"{unified!.MountPoint}/oci-test-{Environment.ProcessId}-watch";
        Directory.CreateDirectory(directory);
        try
        {
            Assert.Equal(Errno.None, CgroupFileWatch.Open($"{directory}/cgroup.events", out CgroupFileWatch? opened));
            using CgroupFileWatch watch = opened!;
            foreach (string frozen in (string[])["1", "0"])
            {
                Assert.DoesNotContain($"frozen {frozen}", watch.Read());
                Task<bool> waiting = watch.WaitAsync(CancellationToken.None);
                await File.WriteAllTextAsync($"{directory}/cgroup.freeze", frozen);
                Assert.True(await waiting);
                Assert.Contains($"frozen {frozen}", watch.Read());
            }
            // The kernel does not tell the end of a cgroup: who waits gives up.
            using var cancel = new CancellationTokenSource();
            Task<bool> end = watch.WaitAsync(cancel.Token);
            Directory.Delete(directory);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => end);
            Assert.Null(watch.Read());
        }
        finally
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }
        }
    }

    [Fact]
    public void OpenPressure_NoSuchFile_SaysSo()
    {
        Requires.Linux();
        Assert.Equal(Errno.ENOENT, CgroupFileWatch.OpenPressure("/sys/fs/cgroup/nosuch/cpu.pressure", "some 1 500000", out CgroupFileWatch? watch));
        Assert.Null(watch);
    }
}
