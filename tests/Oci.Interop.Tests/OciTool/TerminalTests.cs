using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Oci.Interop.Tests.EmbeddedRegistry;

namespace Oci.Interop.Tests.OciTool;

/// <summary>What a person at a terminal sees, and what Ctrl-C leaves.</summary>
public sealed partial class TerminalTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private const int SIGINT = 2;
    private const int Size = 16 * 1024 * 1024;
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Append_OnATerminal_ShowsBarsThatGoAgain()
    {
        string script = Requires.Tool("script");
        string layout = images.CopyTo(_temp);
        await WriteNoiseAsync(_temp.Combine("noise"));
        string command = $"{OciToolProcess.ShellCommand} append oci:{layout}:base --layer '{_temp.Combine("noise")}' --compression none --to oci:{layout}";

        ToolResult shown = await ToolResult.RunAsync(script, ["-qec", $"{command}:shown", "/dev/null"]);
        ToolResult quiet = await ToolResult.RunAsync(script, ["-qec", $"{command}:quiet --quiet", "/dev/null"]);
        ToolResult piped = await ToolResult.RunAsync("sh", ["-c", $"{command}:piped"]);

        Assert.Equal((0, 0, 0), (shown.ExitCode, quiet.ExitCode, piped.ExitCode));
        Assert.Contains("new layer", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d [kM]?B", shown.Output);
        Assert.DoesNotContain("new layer", quiet.Output, StringComparison.Ordinal);
        Assert.Equal("", piped.Error);
        Assert.Single(piped.Output.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("oci")]
    [InlineData("oci-archive")]
    [InlineData("docker-archive")]
    public async Task Copy_Interrupted_LeavesNothingAndExits130(string transport)
    {
        Requires.Linux();
        string layer = (string)(await OciToolProcess.JsonAsync("inspect", images.Image("app")))["layers"]![2]!["digest"]!;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using EmbeddedHost registry = await EmbeddedHost.StartAsync(pipeline: app => app.Use(async (context, next) =>
        {
            // The topmost layer never comes: the copy is under way for as long as it takes.
            if (context.Request.Method == "GET" && context.Request.Path.Value!.EndsWith(layer, StringComparison.Ordinal))
            {
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            await next(context);
        }));
        string remote = $"docker://{registry.Address.Authority}/app:v1";
        (await OciToolProcess.RunAsync("copy", images.Image("app"), remote)).EnsureSuccess();

        using Process process = OciToolProcess.Start(_temp.Path, "copy", remote, $"{transport}:{_temp.Combine("target")}:localhost/v1");
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(_temp.Path));
        Assert.Equal(0, Kill(process.Id, SIGINT));
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("oci: Interrupted.\n", error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    private static async Task WriteNoiseAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        byte[] noise = new byte[Size];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(Path.Combine(folder, "noise"), noise);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
