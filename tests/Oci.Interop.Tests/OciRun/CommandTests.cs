using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciRun;

/// <summary>What ocirun does at a shell: in the foreground, with signals, terminals and descriptors.</summary>
public sealed class CommandTests
{
    [Fact, Trait("Needs", "root")]
    public async Task Run_Signalled_PassesTheSignalOnAndReturnsTheExitCode()
    {
        Requires.Root();
        using var ocirun = new OciRunProgram();
        using var temp = new TempDirectory();
        await BusyboxRoot.WriteBundleAsync(ocirun, temp.Path, "sh", "-c", "trap 'echo got; exit 4' TERM; echo ready; while :; do sleep 0.1; done");
        var start = new ProcessStartInfo(ocirun.Path, ["--root", ocirun.Root, "run", "--bundle", temp.Path, "oci-signal"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(patience.Token));

        (await ToolResult.RunAsync("kill", ["-TERM", $"{process.Id}"])).EnsureSuccess();

        Assert.Equal("got", await process.StandardOutput.ReadLineAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(4, process.ExitCode);
        ocirun.AssertNothingLeft();
    }

    [Theory]
    [InlineData("--unset=USER", true)]
    [InlineData("USER=tester", true)]
    [InlineData("USER=root", false)]
    public async Task Root_InUserNamespaceOfAnOrdinaryUser_IsInTheRuntimeDirectory(string user, bool isTheUsers)
    {
        // What rootless podman starts is root, in a namespace where /run is not its own; as under runc only USER=root means /run.
        using var ocirun = new OciRunProgram();
        using var temp = new TempDirectory();
        string unshare = Requires.Tool("unshare");
        Assert.SkipUnless((await ToolResult.RunAsync(unshare, ["--map-root-user", "true"])).ExitCode == 0, "User namespaces cannot be made here.");

        ToolResult help = await ToolResult.RunAsync(unshare, ["--map-root-user", "env", user, $"XDG_RUNTIME_DIR={temp.Path}", ocirun.Path, "--help"]);

        string root = isTheUsers ? Path.Combine(temp.Path, "ocirun") : "/run/ocirun";
        Assert.Contains($"(default: \"{root}\")", help.EnsureSuccess().Output, StringComparison.Ordinal);
    }

    [Fact, Trait("Needs", "root")]
    public async Task Run_WithTerminal_JoinsTheCallersToIt()
    {
        Requires.Root();
        using var ocirun = new OciRunProgram();
        using var temp = new TempDirectory();
        await BusyboxRoot.WriteBundleAsync(ocirun, temp.Path, "true");
        await BusyboxRoot.SetProcessAsync(temp.Path, terminal: true, "sh", "-c", "tty; exit 5");

        ToolResult run = await ToolResult.RunAsync(Requires.Tool("script"), ["-qec", $"{ocirun.Path} --root {ocirun.Root} run --bundle {temp.Path} oci-terminal", "/dev/null"]);
        ToolResult detached = await ocirun.RunAsync("run", "--detach", "--bundle", temp.Path, "oci-terminal");

        Assert.Contains("/dev/pts/0\r\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(5, run.ExitCode);
        Assert.Equal(1, detached.ExitCode);
        Assert.Contains("--console-socket", detached.Error, StringComparison.Ordinal);
        ocirun.AssertNothingLeft();
    }

    [Fact, Trait("Needs", "root")]
    public async Task Run_PreservedDescriptors_AreTheCallersAndNoneOfOurOwn()
    {
        Requires.Root();
        using var ocirun = new OciRunProgram();
        using var temp = new TempDirectory();
        await BusyboxRoot.WriteBundleAsync(ocirun, temp.Path, "sh", "-c", "cat <&3; cat <&4; echo $LISTEN_FDS $LISTEN_PID");
        await File.WriteAllTextAsync(temp.Combine("3"), "three\n");
        await File.WriteAllTextAsync(temp.Combine("4"), "four\n");
        string run = $"LISTEN_FDS=1 '{ocirun.Path}' --root '{ocirun.Root}' run --bundle '{temp.Path}'";

        ToolResult both = (await ToolResult.RunAsync("sh", ["-c", $"{run} --preserve-fds 1 oci-fds 3<'{temp.Combine("3")}' 4<'{temp.Combine("4")}'"])).EnsureSuccess();
        ToolResult tooMany = await ToolResult.RunAsync("sh", ["-c", $"{run} --preserve-fds 9 oci-fds 3<'{temp.Combine("3")}' 4<'{temp.Combine("4")}'"]);

        Assert.Equal("three\nfour\n1 1\n", both.Output);
        Assert.Equal(1, tooMany.ExitCode);
        Assert.Contains("descriptor 5 is not open", tooMany.Error, StringComparison.Ordinal);
        ocirun.AssertNothingLeft();
    }

    [Fact, Trait("Needs", "root")]
    public async Task Create_PidFile_HasTheProcessOfTheState()
    {
        Requires.Root();
        using var ocirun = new OciRunProgram();
        using var temp = new TempDirectory();
        await BusyboxRoot.WriteBundleAsync(ocirun, temp.Path, "sleep", "1000");
        string pidFile = temp.Combine("pid");

        (await ToolResult.RunAsync("sh", ["-c", $"'{ocirun.Path}' --root '{ocirun.Root}' create --pid-file '{pidFile}' --bundle '{temp.Path}' oci-pid </dev/null >/dev/null 2>&1"])).EnsureSuccess();
        JsonNode state = JsonNode.Parse((await ocirun.RunAsync("state", "oci-pid")).EnsureSuccess().Output)!;
        (await ocirun.RunAsync("delete", "--force", "oci-pid")).EnsureSuccess();

        Assert.Equal((int)state["pid"]!, int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture));
        ocirun.AssertNothingLeft();
    }

    [Fact]
    public async Task Plan_Bundle_PrintsStepsAndDoesNothing()
    {
        Requires.Containers();
        using var ocirun = new OciRunProgram();
        using var temp = new TempDirectory();
        Directory.CreateDirectory(temp.Combine("rootfs"));
        string[] rootless = Environment.IsPrivilegedProcess ? [] : ["--rootless"];
        (await ocirun.RunAsync(["spec", "--bundle", temp.Path, .. rootless])).EnsureSuccess();

        ToolResult text = (await ocirun.RunAsync("plan", "--bundle", temp.Path, "oci-plan")).EnsureSuccess();
        ToolResult json = (await ocirun.RunAsync("plan", "--json", "--bundle", temp.Path, "oci-plan")).EnsureSuccess();

        Assert.Contains("pivot_root", text.Output, StringComparison.Ordinal);
        Assert.Equal("oci-plan", (string?)JsonNode.Parse(json.Output)!["containerId"]);
        ocirun.AssertNothingLeft();
    }

    [Fact]
    public async Task Help_OfEachCommand_SaysItsUsage()
    {
        Requires.Linux();
        using var ocirun = new OciRunProgram();
        string help = (await ocirun.RunAsync("--help")).EnsureSuccess().Output;
        string[] commands = [.. help.Split("COMMANDS:\n")[1].Split("\n\n")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim().Split(' ')[0]).Where(c => c is not "help,")];

        Assert.Equal(18, commands.Length);
        foreach (string command in commands)
        {
            Assert.Contains($"ocirun {command}", (await ocirun.RunAsync(command, "--help")).EnsureSuccess().Output, StringComparison.Ordinal);
        }
        ToolResult checkpoint = await ocirun.RunAsync("checkpoint", "some");
        Assert.Equal(1, checkpoint.ExitCode);
        Assert.Contains("CRIU", checkpoint.Error, StringComparison.Ordinal);
    }
}
