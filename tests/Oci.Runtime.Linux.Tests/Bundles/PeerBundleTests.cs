using System.Text.Json.Nodes;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Bundles;

/// <summary>Bundles that other runtimes write, and ours in their hands.</summary>
public class PeerBundleTests
{
    [Theory]
    [InlineData("runc")]
    [InlineData("runc", "--rootless")]
    [InlineData("crun")]
    [InlineData("crun", "--rootless")]
    public async Task OpenAsync_BundleOfPeer_IsValidAndRoundTrips(string tool, params string[] arguments)
    {
        using var temp = new TempDirectory();
        ToolResult made = await ToolResult.RunAsync(Requires.Tool(tool), ["spec", "--bundle", temp.Path, .. arguments]);
        Assert.SkipWhen(made.ExitCode != 0, $"{tool} writes no configuration here: {made.Error}");

        Bundle bundle = await Bundle.OpenAsync(temp.Path);

        // crun maps the ids of its rootless configuration by itself; and both ask for ambient capabilities that the
        // kernel does not give without inheritable ones, which is a warning.
        string[] expected = tool is "crun" && arguments.Length > 0 ? ["/linux/uidMappings", "/linux/gidMappings"] : [];
        Assert.Equal(expected, RuntimeSpecValidator.Validate(bundle.Spec).Where(f => f.Severity == SpecSeverity.Error).Select(f => f.Pointer));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await File.ReadAllBytesAsync(temp.Combine("config.json"))), JsonNode.Parse(bundle.Spec.ToUtf8Bytes())));
    }

    [Theory, Trait("Needs", "root")]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task CreateAsync_DefaultSpec_IsRunByPeer(string tool)
    {
        Requires.Root();
        string busybox = Requires.Tool("busybox");
        using var temp = new TempDirectory();
        RuntimeSpec spec = DefaultSpec.Create();
        Bundle bundle = await Bundle.CreateAsync(temp.Combine("bundle"), spec with { Process = spec.Process! with { Args = ["/busybox", "echo", "hello"] } });
        File.Copy(busybox, Path.Combine(bundle.RootPath, "busybox"));

        string id = $"oci-test-{Guid.NewGuid():N}";
        ToolResult run = await ToolResult.RunAsync(Requires.Tool(tool), ["--root", temp.Combine("state"), "run", "--bundle", bundle.Path, id]);

        Assert.SkipWhen(run.Error.Contains("cgroup", StringComparison.OrdinalIgnoreCase), $"{tool} cannot work with the cgroups of this machine: {run.Error}");
        Assert.Equal((0, "hello\n", ""), (run.ExitCode, run.Output, run.Error));
    }
}
