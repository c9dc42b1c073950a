using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

[Collection(ContainerCollection.Name)]
public sealed class ContainerTimingsTests
{
    [Fact]
    public async Task Timings_Recorded_NameEveryGroupOfThePlanAndWhatThisProcessDid()
    {
        await using var host = new ContainerHost();
        await using Container container = await CreateAsync(host, ContainerHost.Spec("true"), recordTimings: true);
        await container.StartAsync();
        IReadOnlyList<StepTiming> timings = container.Timings;
        ContainerPlan plan = host.Runtime.Plan("other", await host.BundleAsync(ContainerHost.Spec("true")));

        Assert.Equal(
            ["compiling the plan", "making the state directory", "starting the program"],
            timings.Where(t => t.Phase is null && !t.Label.Contains("cgroup", StringComparison.Ordinal) && t.Label is not "starting the init").Select(t => t.Label));
        // Up to where the times are sent, all but the exit of the process that makes the container's.
        Assert.Empty(plan.Steps.Where(s => s.Phase < PlanPhase.Wait).Select(s => s.Label).Distinct().Except(timings.Select(t => t.Label)).Except(["leaving the process to its parent"]));
        StepTiming proc = Assert.Single(timings, t => t.Label is "mounting proc at /proc");
        Assert.Equal((PlanPhase.Mounts, "/mounts/0"), (proc.Phase, proc.SpecPointer));
        Assert.All(timings, t => Assert.InRange(t.Duration, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.NotEqual(TimeSpan.Zero, proc.Duration);
        await container.WaitAsync();
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Timings_ByDefault_AreNotTaken()
    {
        await using var host = new ContainerHost();
        await using Container container = await CreateAsync(host, ContainerHost.Spec("true"), recordTimings: false);

        Assert.Empty(container.Timings);
        Assert.DoesNotContain(host.Runtime.Plan("other", await host.BundleAsync(ContainerHost.Spec("true"))).Steps, s => s.Syscall is "clock_gettime");
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Timings_FilterThatForbidsTheClock_AreTakenUpToTheFilter()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        LinuxSeccomp profile = SeccompProfiles.CreateDefault();
        spec = spec with
        {
            // Without no_new_privs the filter comes early.
            Process = spec.Process! with { NoNewPrivileges = !Environment.IsPrivilegedProcess },
            Linux = spec.Linux! with
            {
                Seccomp = profile with { Syscalls = [.. profile.Syscalls!.Select(s => s with { Names = [.. s.Names.Where(n => n is not "clock_gettime")] })] },
            },
        };
        await using Container container = await CreateAsync(host, spec, recordTimings: true);
        await container.StartAsync();

        Assert.Contains(container.Timings, t => t.Label is "mounting proc at /proc");
        await container.WaitAsync();
        await container.DeleteAsync();
    }

    private static async Task<Container> CreateAsync(ContainerHost host, RuntimeSpec spec, bool recordTimings) =>
        await host.Runtime.CreateAsync("timed", await host.BundleAsync(spec), new CreateContainerOptions { Stdio = ContainerStdio.Null, RecordTimings = recordTimings });
}
