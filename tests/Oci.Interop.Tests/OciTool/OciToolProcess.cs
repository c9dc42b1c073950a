using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciTool;

/// <summary>Runs the tool as a user does.</summary>
internal static class OciToolProcess
{
    private static readonly string Program = FindProgram();

    /// <summary>The command that starts the tool, for use in a shell.</summary>
    public static string ShellCommand => $"dotnet '{Program}'";

    public static Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolResult.RunAsync("dotnet", [Program, .. arguments], TimeSpan.FromMinutes(2));

    /// <summary>Runs a command that must succeed, with <c>--json</c>, and reads what it prints.</summary>
    public static async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        ToolResult result = (await RunAsync([.. arguments, "--json"])).EnsureSuccess();
        Assert.Equal("", result.Error);
        return JsonNode.Parse(result.Output)!;
    }

    /// <summary>Runs a command that must fail with one line on standard error and nothing on standard output.</summary>
    public static async Task<string> FailAsync(int exitCode, params string[] arguments)
    {
        ToolResult result = await RunAsync(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.StartsWith("oci: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        return result.Error;
    }

    /// <summary>Starts it and leaves it running, with a folder for temporary files.</summary>
    public static Process Start(string temporary, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = temporary;
        return Process.Start(start)!;
    }

    // bin/CONFIGURATION/FRAMEWORK is the same for the test and for the sample.
    private static string FindProgram()
    {
        string output = Path.GetRelativePath(Path.Combine(Checkout.Root, "tests", "Oci.Interop.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Checkout.Root, "samples", "OciTool", output, "oci.dll");
    }
}
