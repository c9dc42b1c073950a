using System.Text.Json;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

public sealed class ContainerPlanTests
{
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64 };

    private static ContainerPlan Compile(RuntimeSpec spec) => PlanCompiler.Compile("web", spec, "/bundle", s_host, []);

    [Fact]
    public void ToJson_Default_HoldsEveryStepAsItsPropertiesSay()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create());

        using JsonDocument document = JsonDocument.Parse(plan.ToJson());

        JsonElement root = document.RootElement;
        Assert.Equal("web", root.GetProperty("containerId").GetString());
        Assert.Equal("x64", root.GetProperty("architecture").GetString());
        Assert.Equal(plan.Steps.Count, root.GetProperty("steps").GetArrayLength());
        foreach ((PlanStep step, JsonElement json) in plan.Steps.Zip(root.GetProperty("steps").EnumerateArray()))
        {
            Assert.Equal(step.Index, json.GetProperty("index").GetInt32());
            Assert.Equal(step.Phase, Enum.Parse<PlanPhase>(json.GetProperty("phase").GetString()!, ignoreCase: true));
            Assert.Equal(step.Syscall, json.GetProperty("syscall").GetString());
            Assert.Equal(step.Arguments, json.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()));
            Assert.Equal(step.Label, json.GetProperty("label").GetString());
            Assert.Equal(step.SpecPointer, json.TryGetProperty("specPointer", out JsonElement pointer) ? pointer.GetString() : null);
            Assert.Equal(step.Path, json.TryGetProperty("path", out JsonElement path) ? path.GetString() : null);
            Assert.Equal(step.Tolerates, json.TryGetProperty("tolerates", out JsonElement tolerates) ? tolerates.EnumerateArray().Select(t => t.GetString()) : []);
            foreach (string jump in (string[])["next", "onError"])
            {
                if (json.TryGetProperty(jump, out JsonElement target))
                {
                    Assert.InRange(target.GetInt32(), 0, plan.Steps.Count - 1);
                }
            }
        }
    }

    [Fact]
    public void WriteTo_Stream_StaysOpenAndHoldsTheSame()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create());
        using var stream = new MemoryStream();

        plan.WriteTo(stream);

        Assert.True(stream.CanWrite);
        Assert.Equal(plan.ToJson(), System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Diff_SameConfiguration_IsEmpty() =>
        Assert.Empty(Compile(DefaultSpec.Create()).Diff(Compile(DefaultSpec.Create())));

    [Fact]
    public void Diff_MountAdded_IsThatAlone()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        RuntimeSpec more = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/cache", Type = "tmpfs", Source = "tmpfs" }] };

        PlanDifference added = Assert.Single(Compile(spec).Diff(Compile(more)));
        PlanDifference removed = Assert.Single(Compile(more).Diff(Compile(spec)));

        Assert.Equal("mounting tmpfs at /cache", added.Label);
        Assert.Empty(added.Removed);
        Assert.Contains(added.Added, s => s.Syscall is "fsmount");
        Assert.Empty(removed.Added);
        Assert.Equal(added.Added.Count, removed.Removed.Count);
    }

    [Fact]
    public void Diff_OptionChanged_ShowsBothSides()
    {
        RuntimeSpec spec = DefaultSpec.Create() with { Mounts = [new MountSpec { Destination = "/cache", Type = "tmpfs", Source = "tmpfs", Options = ["size=1m"] }] };
        RuntimeSpec other = spec with { Mounts = [spec.Mounts![0] with { Options = ["size=2m"] }] };

        PlanDifference difference = Assert.Single(Compile(spec).Diff(Compile(other)));

        Assert.Equal(
            "mounting tmpfs at /cache [/mounts/0]\n- fsconfig(fs, FSCONFIG_SET_STRING, \"size\", \"1m\", 0)\n+ fsconfig(fs, FSCONFIG_SET_STRING, \"size\", \"2m\", 0)",
            difference.ToString());
    }

    [Fact]
    public void Diff_IsEmpty_ExactlyWherePlansAreEqual()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        RuntimeSpec[] specs =
        [
            spec, spec with { Hostname = "other" }, spec with { Hostname = null }, spec with { Mounts = [] },
            spec with { Root = spec.Root! with { Readonly = true } }, spec with { Process = spec.Process! with { Args = ["a", "b"] } },
            spec with { Linux = spec.Linux! with { MaskedPaths = [] } },
        ];
        foreach (RuntimeSpec one in specs)
        {
            foreach (RuntimeSpec two in specs)
            {
                Assert.Equal(Compile(one).Equals(Compile(two)), Compile(one).Diff(Compile(two)).Count == 0);
            }
        }
    }
}
