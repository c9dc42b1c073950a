using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciRun;

/// <summary>ocirun and runc side by side, on bundles of the same form: what a caller of runc sees is what it sees of ocirun.</summary>
[Trait("Needs", "root")]
public sealed class PeerTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly OciRunProgram? _ocirun;
    private readonly string _runc = "";

    public PeerTests()
    {
        Requires.Root();
        _runc = Requires.Tool("runc");
        _ocirun = new OciRunProgram();
    }

    public void Dispose()
    {
        _ocirun?.Dispose();
        _temp.Dispose();
    }

    // Where the container is: none, created, running (sleep), stopped, paused. What runc says there, ocirun's message has in it.
    [Theory]
    [InlineData("none", "state ID", "container does not exist")]
    [InlineData("none", "start ID", "container does not exist")]
    [InlineData("none", "kill ID", "container does not exist")]
    [InlineData("none", "delete ID", "container does not exist")]
    [InlineData("none", "delete --force ID", "")]
    [InlineData("none", "delete ID --force", "")]
    [InlineData("none", "exec ID id", "container does not exist")]
    [InlineData("none", "ps ID", "container does not exist")]
    [InlineData("none", "create --bundle /nonexistent ID", "chdir /nonexistent: no such file or directory")]
    [InlineData("none", "create --bundle BUNDLE a/b", "invalid container ID format")]
    [InlineData("none", "list --format xx", "invalid format option")]
    [InlineData("none", "state", "\"state\" requires exactly 1 argument(s)")]
    [InlineData("none", "kill", "\"kill\" requires a minimum of 1 argument(s)")]
    [InlineData("none", "state --nosuch ID", "flag provided but not defined: -nosuch")]
    [InlineData("none", "--nosuch state", "flag provided but not defined: -nosuch")]
    [InlineData("none", "--log-format foo list", "invalid log-format: foo")]
    [InlineData("none", "nosuch", "No help topic for 'nosuch'")]
    [InlineData("created", "create --bundle BUNDLE ID", "")]
    [InlineData("created", "exec ID true", "")]
    [InlineData("created", "kill ID NOSUCH", "unknown signal \"NOSUCH\"")]
    [InlineData("running", "start ID", "cannot start an already running container")]
    [InlineData("running", "delete ID", "cannot delete container <id> that is not stopped: running")]
    [InlineData("running", "exec ID sh -c 'exit 7'", "")]
    [InlineData("running", "exec ID nosuch", "executable file not found in $PATH")]
    [InlineData("running", "exec ID", "")]
    [InlineData("running", "exec -u 12:34 --cwd /tmp -e A=b ID sh -c 'exit $(id -u)'", "")]
    [InlineData("running", "resume ID", "container not paused")]
    [InlineData("running", "update --memory abc ID", "invalid value for memory: invalid size: 'abc'")]
    [InlineData("running", "kill ID SIGKILL", "")]
    [InlineData("running", "kill ID 9", "")]
    [InlineData("running", "kill --all ID kill", "")]
    [InlineData("paused", "exec ID true", "cannot exec in a paused container")]
    [InlineData("paused", "pause ID", "container not running")]
    [InlineData("paused", "delete --force ID", "")]
    [InlineData("stopped", "kill ID", "container not running")]
    [InlineData("stopped", "kill --all ID", "")]
    [InlineData("stopped", "start ID", "cannot start a container that has stopped")]
    [InlineData("stopped", "exec ID true", "cannot exec in a stopped container")]
    [InlineData("stopped", "pause ID", "container not running")]
    [InlineData("stopped", "ps --format json ID", "")]
    [InlineData("stopped", "events --stats ID", "is not running")]
    public async Task Run_Command_EndsAndFailsAsRuncDoes(string state, string command, string message)
    {
        ToolResult peer = await InStateAsync(_runc, _temp.Combine("runc"), state, command);
        ToolResult own = await InStateAsync(_ocirun!.Path, _ocirun.Root, state, command);

        Assert.True(peer.ExitCode == own.ExitCode, $"runc: {peer.ExitCode} {peer.Error}\nocirun: {own.ExitCode} {own.Error}");
        string expected = message.Replace("<id>", "oci-peer", StringComparison.Ordinal);
        Assert.Contains(expected, peer.Error.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(expected, own.Error.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        _ocirun.AssertNothingLeft();
    }

    [Theory]
    [InlineData("created")]
    [InlineData("running")]
    [InlineData("paused")]
    [InlineData("stopped")]
    public async Task State_InEachState_HasTheMembersOfRunc(string state)
    {
        JsonObject peer = JsonNode.Parse((await InStateAsync(_runc, _temp.Combine("runc"), state, "state ID")).EnsureSuccess().Output)!.AsObject();
        JsonObject own = JsonNode.Parse((await InStateAsync(_ocirun!.Path, _ocirun.Root, state, "state ID")).EnsureSuccess().Output)!.AsObject();

        Assert.Equal(peer.Select(m => m.Key), own.Select(m => m.Key));
        Assert.Equal(peer.Select(m => m.Value?.GetValueKind()), own.Select(m => m.Value?.GetValueKind()));
        Assert.Equal(state, (string?)own["status"]);
        Assert.Equal((string?)peer["status"], (string?)own["status"]);
        Assert.Equal((int)peer["pid"]! == 0, (int)own["pid"]! == 0);
    }

    [Fact]
    public async Task List_OfOneContainer_IsThatOfRunc()
    {
        ToolResult peer = (await InStateAsync(_runc, _temp.Combine("runc"), "running", "list --format json")).EnsureSuccess();
        ToolResult own = (await InStateAsync(_ocirun!.Path, _ocirun.Root, "running", "list --format json")).EnsureSuccess();
        ToolResult peerTable = (await InStateAsync(_runc, _temp.Combine("runc"), "running", "list")).EnsureSuccess();
        ToolResult ownTable = (await InStateAsync(_ocirun.Path, _ocirun.Root, "running", "list")).EnsureSuccess();

        Assert.Equal(Members(peer), Members(own));
        Assert.Equal(peerTable.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), ownTable.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("oci-peer ", ownTable.Output.Split('\n')[1], StringComparison.Ordinal);

        static IEnumerable<string> Members(ToolResult list) => JsonNode.Parse(list.Output)!.AsArray().Single()!.AsObject().Select(m => m.Key);
    }

    [Fact]
    public async Task Log_AsJson_IsOneLineLikeThatOfRunc()
    {
        string[] logs = [_temp.Combine("runc.log"), _temp.Combine("ocirun.log")];
        await ToolResult.RunAsync(_runc, ["--root", _temp.Combine("runc"), "--log", logs[0], "--log-format", "json", "state", "nosuch"]);
        ToolResult own = await _ocirun!.RunAsync("--log", logs[1], "--log-format=json", "state", "nosuch");

        JsonObject[] lines = [.. logs.Select(log => JsonNode.Parse(File.ReadAllLines(log).Single())!.AsObject())];
        Assert.Equal(lines[0].Select(m => m.Key), lines[1].Select(m => m.Key));
        Assert.Equal((string?)lines[0]["msg"], (string?)lines[1]["msg"]);
        Assert.Equal((string?)lines[0]["level"], (string?)lines[1]["level"]);
        Assert.Equal("container does not exist\n", own.Error);
    }

    /// <summary>Brings a container into a state, runs a command, and deletes the container.</summary>
    private async Task<ToolResult> InStateAsync(string program, string root, string state, string command)
    {
        string bundle = _temp.Combine("bundle");
        if (!Directory.Exists(bundle))
        {
            await BusyboxRoot.WriteBundleAsync(_ocirun!, bundle, "sleep", "1000");
        }
        string Expand(string text) => text.Replace("BUNDLE", bundle, StringComparison.Ordinal).Replace("ID", "oci-peer", StringComparison.Ordinal);
        // By a shell, since the standard streams of a container are those of who creates it: here no pipes that it would hold open.
        Task<ToolResult> RunAsync(string line) => ToolResult.RunAsync("sh", ["-c", $"'{program}' --root '{root}' {Expand(line)}"]);
        try
        {
            if (state is not "none")
            {
                string log = _temp.Combine("create.log");
                ToolResult created = await RunAsync($"create --bundle BUNDLE ID </dev/null >/dev/null 2>'{log}'");
                (created with { Error = created.Error + (File.Exists(log) ? await File.ReadAllTextAsync(log) : "") }).EnsureSuccess();
            }
            if (state is "running" or "paused" or "stopped")
            {
                (await RunAsync("start ID")).EnsureSuccess();
            }
            if (state is "paused")
            {
                (await RunAsync("pause ID")).EnsureSuccess();
            }
            if (state is "stopped")
            {
                (await RunAsync("kill ID KILL")).EnsureSuccess();
                await WaitUntilStoppedAsync(RunAsync);
            }
            return await RunAsync(command);
        }
        finally
        {
            (await RunAsync("delete --force ID")).EnsureSuccess();
        }
    }

    /// <summary>The signal has been sent; the end of the process is the kernel's affair.</summary>
    private static async Task WaitUntilStoppedAsync(Func<string, Task<ToolResult>> run)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await run("state ID")).Output.Contains("\"stopped\"", StringComparison.Ordinal))
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
