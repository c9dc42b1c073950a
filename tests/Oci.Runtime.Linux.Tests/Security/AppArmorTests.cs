using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Security;

/// <summary>Containers with an AppArmor profile: <c>oci-test</c>, which tests/VirtualMachine loads (runtime-spec, config.md#linux-process).</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
[Trait("Runs", "vm")]
public sealed class AppArmorTests
{
    private static void RequireProfile()
    {
        Requires.Root();
        const string profiles = "/sys/kernel/security/apparmor/profiles";
        Assert.SkipUnless(File.Exists(profiles) && File.ReadAllText(profiles).Contains("oci-test ", StringComparison.Ordinal), "Needs AppArmor with the profile oci-test loaded.");
    }

    private static RuntimeSpec Confined(string profile, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with { Process = spec.Process! with { ApparmorProfile = profile } };
    }

    [Fact]
    public async Task Run_Profile_ConfinesTheProgram()
    {
        RequireProfile();
        await using var host = new ContainerHost();
        File.WriteAllText(Path.Combine(host.RootPath, "etc", "forbidden"), "secret\n");

        ContainerRun run = await host.RunAsync(Confined("oci-test", "sh", "-c", "cat /proc/self/attr/current; cat /etc/forbidden || echo refused"));

        Assert.Equal("oci-test (enforce)\nrefused\n", run.Output);
    }

    [Fact]
    public async Task Run_Unconfined_IsNotConfined()
    {
        RequireProfile();
        await using var host = new ContainerHost();

        Assert.Equal("unconfined\n", (await host.RunAsync(Confined("unconfined", "cat", "/proc/self/attr/current"))).Output);
    }

    [Fact]
    public async Task ExecAsync_Container_HasItsProfileToo()
    {
        RequireProfile();
        await using ExecHost host = await ExecHost.StartAsync(Confined("oci-test", "cat"));

        Assert.Equal("oci-test (enforce)\n", (await host.RunAsync("cat", "/proc/self/attr/current")).Output);
    }

    [Fact]
    public async Task CreateAsync_ProfileThatIsNotLoaded_FailsWithItsName()
    {
        RequireProfile();
        await using var host = new ContainerHost();

        ContainerException e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(Confined("oci-unknown", "true")));

        Assert.Equal("/process/apparmorProfile", e.SpecPointer);
        Assert.Contains("oci-unknown", e.Message, StringComparison.Ordinal);
    }
}
