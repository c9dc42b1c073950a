namespace Oci.Interop.Tests.OciRun;

/// <summary>The OciRun sample as an executable that other tools can start, with a state directory of its own.</summary>
internal sealed class OciRunProgram : IDisposable
{
    private readonly TempDirectory _temp = new();

    public OciRunProgram()
    {
        // A script, since the sample's own executable finds .NET only where it is installed.
        string dotnet = Environment.ProcessPath is { } host && System.IO.Path.GetFileName(host) == "dotnet" ? host : Requires.Tool("dotnet");
        Path = _temp.Combine("ocirun");
        File.WriteAllText(Path, $"#!/bin/sh\nexec '{dotnet}' '{FindAssembly()}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, (UnixFileMode)0x1ED); // 0755
        }
    }

    /// <summary>The executable, whose name is <c>ocirun</c>.</summary>
    public string Path { get; }

    public string Root => _temp.Combine("state");

    /// <summary>Runs a command on the containers of <see cref="Root"/>.</summary>
    public Task<ToolResult> RunAsync(params string[] arguments) => ToolResult.RunAsync(Path, ["--root", Root, .. arguments]);

    /// <summary>Fails the test where a container is left.</summary>
    public void AssertNothingLeft() => Assert.Empty(Directory.Exists(Root) ? Directory.GetFileSystemEntries(Root) : []);

    public void Dispose() => _temp.Dispose();

    // bin/CONFIGURATION/FRAMEWORK is the same for the test and for the sample.
    private static string FindAssembly()
    {
        string output = System.IO.Path.GetRelativePath(System.IO.Path.Combine(Checkout.Root, "tests", "Oci.Interop.Tests"), AppContext.BaseDirectory);
        return System.IO.Path.Combine(Checkout.Root, "samples", "OciRun", output, "ocirun.dll");
    }
}
