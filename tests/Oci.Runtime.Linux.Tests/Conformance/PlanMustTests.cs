using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>Demands of runtime-spec that a plan shows: any machine.</summary>
public sealed class PlanMustTests
{
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64, ResctrlPath = "/sys/fs/resctrl" };

    [Fact]
    [Must("config-linux.md#intelrdt-3")]
    public void Plan_NoIntelRdt_TouchesNoResctrl()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        ContainerPlan without = PlanCompiler.Compile("web", spec, "/bundle", s_host, []);
        ContainerPlan with = PlanCompiler.Compile("web", spec with { Linux = spec.Linux! with { IntelRdt = new LinuxIntelRdt { ClosId = "gold" } } }, "/bundle", s_host, []);

        Assert.Null(without.Handshake.ResctrlPath);
        Assert.DoesNotContain("resctrl", without.ToString(), StringComparison.Ordinal);
        Assert.Equal("/sys/fs/resctrl", with.Handshake.ResctrlPath);
    }

    [Theory]
    [Must("config.md#linux-mount-options-3")]
    [InlineData("idmap")]
    [InlineData("ridmap")]
    public void Plan_IdmapWithoutMappings_IsRefused(string option)
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/data", Source = "/tmp", Options = ["rbind", option] }] };

        var e = Assert.ThrowsAny<ContainerException>(() => PlanCompiler.Compile("web", spec, "/bundle", s_host, []));

        Assert.StartsWith($"/mounts/{spec.Mounts!.Count - 1}", e.SpecPointer, StringComparison.Ordinal);
    }

    // The branch itself needs a kernel before 4.15, which has no delegate file: the list is what can be looked at here.
    [Fact]
    [Must("config-linux.md#cgroup-ownership-2")]
    public void DelegateList_Missing_TheThreeFilesOfTheSpecAreGiven() =>
        Assert.Equal(["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"], Oci.Runtime.Linux.Cgroups.CgroupOwnership.DefaultFiles);
}
