using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

/// <summary>Labels on a host that has the modules; this one is asked only whether it has.</summary>
public sealed class SecurityLabelPlannerTests
{
    private const string Label = "system_u:system_r:container_t:s0:c1,c2";
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64, HasAppArmor = true, HasSelinux = true };

    private static RuntimeSpec Spec(Func<ProcessSpec, ProcessSpec> change) => DefaultSpec.Create() with { Process = change(DefaultSpec.Create().Process!) };

    private static string[] Lines(ContainerPlan plan, string containing) =>
        [.. plan.Steps.Select(s => s.ToString()).Where(l => l.Contains(containing, StringComparison.Ordinal))];

    /// <summary>runtime-spec, config.md#linux-process, apparmorProfile.</summary>
    [Fact]
    public void Compile_AppArmor_IsWrittenByThePrivateProcfsBeforeTheProgram()
    {
        ContainerPlan plan = PlanCompiler.Compile("web", Spec(p => p with { ApparmorProfile = "web-profile" }), "/bundle", s_host, []);

        Assert.Equal(
            [
                "openat2(proc, \"thread-self/attr/apparmor/exec\", {O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS}, 24) -> file",
                "openat2(proc, \"thread-self/attr/exec\", {O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS}, 24) -> file",
                "write(file, \"exec web-profile\", 16)",
            ],
            Lines(plan, "setting the AppArmor profile")[..3].Select(l => l[..(l.Contains(" goto", StringComparison.Ordinal) ? l.IndexOf(" goto", StringComparison.Ordinal) : l.IndexOf("  #", StringComparison.Ordinal))]));
        int written = plan.Steps.Last(s => s.Label.StartsWith("setting the AppArmor", StringComparison.Ordinal)).Index;
        Assert.InRange(written, plan.Steps.First(s => s.Syscall is "pivot_root").Index, plan.Steps.First(s => s.Arguments.Contains("PR_CAPBSET_DROP")).Index);
        Assert.NotEmpty(Lines(plan, "statfs"));
    }

    /// <summary>runtime-spec, config.md#linux-process, selinuxLabel; the keyring is labelled too, as by runc.</summary>
    [Fact]
    public void Compile_Selinux_LabelsTheKeyringAndTheProgram()
    {
        ContainerPlan plan = PlanCompiler.Compile("web", Spec(p => p with { SelinuxLabel = Label }), "/bundle", s_host, []);

        string[] writes = [.. plan.Steps.Where(s => s.Syscall is "write" or "keyctl").Select(s => s.Arguments[1])];
        Assert.Equal([$"\"{Label}\"", "\"_ses.web\"", "\"\\n\"", $"\"{Label}\""], writes);
        Assert.Equal(3, plan.Steps.Count(s => s.SpecPointer is "/process/selinuxLabel" && s.Syscall is "write"));
    }

    /// <summary>runtime-spec, config-linux.md#mount-label.</summary>
    [Fact]
    public void Compile_MountLabel_IsTheContextOfFilesystemsThatTakeOne()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        ContainerPlan plan = PlanCompiler.Compile("web", spec with { Linux = spec.Linux! with { MountLabel = Label } }, "/bundle", s_host, []);

        string[] labelled = [.. plan.Steps.Where(s => s.Arguments.Contains($"\"{Label}\"")).Select(s => s.Label)];
        Assert.Equal(["mounting tmpfs at /dev", "mounting devpts at /dev/pts", "mounting tmpfs at /dev/shm"], labelled);
    }

    [Theory]
    [InlineData(true, false, "/process/apparmorProfile")]
    [InlineData(false, true, "/process/selinuxLabel")]
    public void Compile_HostWithoutTheModule_IsRefused(bool apparmor, bool selinux, string pointer)
    {
        RuntimeSpec spec = Spec(p => p with { ApparmorProfile = apparmor ? "web" : null, SelinuxLabel = selinux ? Label : null });

        var e = Assert.Throws<UnsupportedSpecException>(() => PlanCompiler.Compile("web", spec, "/bundle", s_host with { HasAppArmor = false, HasSelinux = false }, []));
        var exec = Assert.Throws<UnsupportedSpecException>(() => ExecCompiler.Compile("web", spec, [], false, s_host with { HasAppArmor = false, HasSelinux = false }, []));

        Assert.Equal((pointer, pointer), (e.SpecPointer, exec.SpecPointer));
        Assert.Contains("is not enabled on this host", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_UnconfinedWithoutAppArmor_HasNothingToDo() =>
        Assert.Equal(
            PlanCompiler.Compile("web", DefaultSpec.Create(), "/bundle", s_host with { HasAppArmor = false }, []),
            PlanCompiler.Compile("web", Spec(p => p with { ApparmorProfile = "unconfined" }), "/bundle", s_host with { HasAppArmor = false }, []));
}
