using System.Diagnostics;

namespace Oci.Interop.Tests.Quickstart;

/// <summary>Runs the Quickstart as a user does, with a folder of its own for temporary files.</summary>
internal sealed class QuickstartProcess : IDisposable
{
    private readonly TempDirectory _temp = new();

    private static readonly string Program = FindProgram();

    public Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolResult.RunAsync("dotnet", [Program, .. arguments], TimeSpan.FromMinutes(2), Environment);

    /// <summary>Starts it and leaves it running.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string? value) in Environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    /// <summary>Fails the test where the Quickstart left a file behind.</summary>
    public void AssertNothingLeft() =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_temp.Path), p => Path.GetFileName(p).StartsWith("oci-", StringComparison.Ordinal));

    public void Dispose() => _temp.Dispose();

    private Dictionary<string, string?> Environment => new() { ["TMPDIR"] = _temp.Path };

    // bin/CONFIGURATION/FRAMEWORK is the same for the test and for the sample.
    private static string FindProgram()
    {
        string output = Path.GetRelativePath(Path.Combine(Checkout.Root, "tests", "Oci.Interop.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Checkout.Root, "samples", "Quickstart", output, "Quickstart.dll");
    }
}
