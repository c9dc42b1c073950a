using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Oci.Interop.Tests.Quickstart;

public sealed partial class QuickstartTests : IDisposable
{
    private const int SIGINT = 2;

    private readonly QuickstartProcess _quickstart = new();

    public void Dispose() => _quickstart.Dispose();

    [Fact]
    public async Task Run_WithoutArguments_DoesTheWholeJob()
    {
        Requires.Containers();

        ToolResult result = (await _quickstart.RunAsync()).EnsureSuccess();

        Assert.Contains("Hello from a container. I am process 1, user 0 in it.", result.Output);
        string[] stages = ["build", "push", "pull", "verify", "unpack", "run", "total"];
        Assert.Equal(stages, result.Output.Split('\n').Select(l => l.Split(' ')[0]).Where(stages.Contains).Distinct());
        Assert.Empty(result.Error);
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    public async Task Run_Help_SaysHow()
    {
        ToolResult result = (await _quickstart.RunAsync("--help")).EnsureSuccess();

        Assert.Contains("docker-archive:FILE", result.Output);
    }

    [Theory]
    [InlineData("--what")]
    [InlineData("not a source")]
    public async Task Run_BadUsage_Exits2(string argument)
    {
        ToolResult result = await _quickstart.RunAsync(argument);

        Assert.Equal(2, result.ExitCode);
        AssertOneSentence(result);
    }

    [Fact]
    public async Task Run_AMissingLayout_SaysWhatIsMissing()
    {
        ToolResult result = await _quickstart.RunAsync("oci:/no/such/layout:latest");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("/no/such/layout", result.Error);
        AssertOneSentence(result);
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    public async Task Run_ARegistryThatIsNotThere_SaysSo()
    {
        ToolResult result = await _quickstart.RunAsync("127.0.0.1:1/name:tag");

        Assert.Equal(125, result.ExitCode);
        AssertOneSentence(result);
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    public async Task Run_Interrupted_KillsTheContainerAndCleansUp()
    {
        Requires.Containers();
        using var images = new BusyboxImages();
        string image = await images.MakeByUmociAsync();
        string mark = $"7{Random.Shared.Next(100000, 999999)}";

        using Process process = _quickstart.Start($"oci:{image}", "/bin/sh", "-c", $"echo up; sleep {mark}");
        Task<string> error = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != "up")
        {
        }
        Task<string> rest = process.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, Kill(process.Id, SIGINT));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
        await rest;

        Assert.True(process.ExitCode == 130, await error);
        Assert.DoesNotContain(FindCommandLines(), c => c.Contains($"sleep\0{mark}"));
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    public async Task Run_ACommandThatFails_PassesItsExitCodeOn()
    {
        Requires.Containers();
        using var images = new BusyboxImages();

        ToolResult result = await _quickstart.RunAsync($"oci:{await images.MakeByUmociAsync()}", "/bin/sh", "-c", "exit 42");

        Assert.Equal(42, result.ExitCode);
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    public async Task Run_ACommandThatIsNotThere_SaysSo()
    {
        Requires.Containers();
        using var images = new BusyboxImages();

        ToolResult result = await _quickstart.RunAsync($"oci:{await images.MakeByUmociAsync()}", "no-such-command");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("no-such-command", result.Error);
        Assert.Contains("executable file not found in $PATH", result.Error);
        AssertOneSentence(result);
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_ImagesBuiltByPodmanAndBuildah_RunThem()
    {
        Requires.Root();
        using var images = new BusyboxImages();
        (string archive, string layout) = await images.MakeByPodmanAsync();

        ToolResult fromArchive = (await _quickstart.RunAsync($"docker-archive:{archive}")).EnsureSuccess();
        ToolResult fromLayout = (await _quickstart.RunAsync($"oci:{layout}", "/bin/sh", "-c", "echo $GREETING; id -u")).EnsureSuccess();

        Assert.Contains("hello from podman, user 1001", fromArchive.Output);
        Assert.Contains("hello\n1001\n", fromLayout.Output);
        _quickstart.AssertNothingLeft();
    }

    [Fact]
    public async Task Run_AnImageOfDebiansRegistry_RunsIt()
    {
        Requires.Containers();
        using var images = new BusyboxImages();
        await using Distribution.DockerRegistry registry = await Distribution.DockerRegistry.StartAsync();
        string skopeo = Requires.Tool("skopeo");
        string name = $"{registry.Address.Authority}/some/busybox:1.0";
        (await ToolResult.RunAsync(skopeo, ["copy", "--dest-tls-verify=false", $"oci:{await images.MakeByUmociAsync()}", $"docker://{name}"])).EnsureSuccess();

        ToolResult result = (await _quickstart.RunAsync(name, "/bin/echo", "from a registry")).EnsureSuccess();

        Assert.Contains("from a registry\n", result.Output);
        _quickstart.AssertNothingLeft();
    }

    private static void AssertOneSentence(ToolResult result)
    {
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", result.Error);
        Assert.DoesNotContain("Exception", result.Error);
    }

    private static List<string> FindCommandLines()
    {
        var found = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            try
            {
                found.Add(File.ReadAllText(Path.Combine(folder, "cmdline")));
            }
            catch (IOException)
            {
                // The process ended while /proc was listed.
            }
        }
        return found;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
