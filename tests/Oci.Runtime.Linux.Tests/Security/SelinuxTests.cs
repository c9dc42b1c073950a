using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Security;

/// <summary>Containers with SELinux labels of the policy that tests/VirtualMachine loads (runtime-spec, config.md#linux-process, config-linux.md#mount-label).</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
[Trait("Runs", "vm-selinux")]
public sealed class SelinuxTests
{
    private const string Label = "system_u:system_r:container_t";
    private const string MountLabel = "system_u:system_r:content_t";

    private static void RequirePolicy()
    {
        Requires.Root();
        Assert.SkipUnless(
            File.Exists("/sys/fs/selinux/enforce") && File.ReadAllText("/proc/self/attr/current").TrimEnd('\0') == "system_u:system_r:host_t",
            "Needs SELinux with the policy of tests/VirtualMachine.");
    }

    private static RuntimeSpec Labelled(string label, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with { Process = spec.Process! with { SelinuxLabel = label } };
    }

    [Fact]
    public async Task Run_Label_IsTheProgramsOwn()
    {
        RequirePolicy();
        await using var host = new ContainerHost();

        Assert.Equal(Label, (await host.RunAsync(Labelled(Label, "cat", "/proc/self/attr/current"))).EnsureSuccess().Output.TrimEnd('\0', '\n'));
    }

    [Fact]
    public async Task ExecAsync_Container_HasItsLabelToo()
    {
        RequirePolicy();
        await using ExecHost host = await ExecHost.StartAsync(Labelled(Label, "cat"));

        Assert.Equal(Label, (await host.RunAsync("cat", "/proc/self/attr/current")).EnsureSuccess().Output.TrimEnd('\0', '\n'));
    }

    [Fact]
    public async Task Run_MountLabel_IsThatOfTheNewFilesystems()
    {
        RequirePolicy();
        await using var host = new ContainerHost();
        RuntimeSpec spec = Labelled(Label, "grep", " /dev ", "/proc/self/mountinfo");
        spec = spec with { Linux = spec.Linux! with { MountLabel = MountLabel } };

        Assert.Contains("context=" + MountLabel, (await host.RunAsync(spec)).EnsureSuccess().Output.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_LabelThatThePolicyHasNot_FailsWithItsPointer()
    {
        RequirePolicy();
        await using var host = new ContainerHost();

        ContainerException e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(Labelled("system_u:system_r:unknown_t", "true")));

        Assert.Equal("/process/selinuxLabel", e.SpecPointer);
        Assert.Contains("unknown_t", e.Message, StringComparison.Ordinal);
    }
}
