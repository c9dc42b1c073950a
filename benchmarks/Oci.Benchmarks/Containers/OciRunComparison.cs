using System.Runtime.InteropServices;
using Oci.Benchmarks.SideBySide;

namespace Oci.Benchmarks.Containers;

/// <summary>The sample ocirun as a native program, against crun and runc: each container is a process of the runtime.</summary>
internal sealed class OciRunComparison : Comparison
{
    private const int Containers = 20;

    private ContainerBundle? _bundle;
    private int _last;

    public override string Name => "OciRun";

    public override string Description =>
        $"{Containers} containers one after another, each by one call of the runtime's run command, with the default configuration, a cgroup and the default seccomp profile. "
        + "The program is static and only exits. ocirun is samples/OciRun as native AOT gives it (the environment variable OCIRUN names one that is published already).";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        _bundle = await ContainerBundle.CreateAsync("int main(void) { return 0; }");
        string ocirun = Environment.GetEnvironmentVariable("OCIRUN") is { Length: > 0 } path ? path : await PublishAsync(_bundle.Combine("ocirun"));
        // crun is what ocirun is measured by, where it is there.
        return [.. _bundle.Others.Append(ocirun).Select(runtime => new Contestant($"{Path.GetFileName(runtime)} run", () => RunAsync(_bundle, runtime), () => { }))];
    }

    public override void Dispose() => _bundle?.Dispose();

    private static async Task<string> PublishAsync(string folder)
    {
        string architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        await ContainerBundle.RunAsync(
            "dotnet",
            ["publish", "samples/OciRun", "-p:OciTargetFramework=net9.0", "-p:PublishAot=true", "-r", $"linux-{architecture}", "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", folder, "-nologo", "-v", "q"]);
        return Path.Combine(folder, "ocirun");
    }

    private async Task RunAsync(ContainerBundle bundle, string runtime)
    {
        for (int i = 0; i < Containers; i++)
        {
            await bundle.RunOtherAsync(runtime, "run", "--bundle", bundle.Bundle.Path, $"benchmark{_last++}");
        }
    }
}
