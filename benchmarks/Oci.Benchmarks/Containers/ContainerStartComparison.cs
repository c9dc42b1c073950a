using System.Diagnostics;
using System.Globalization;
using Oci.Benchmarks.SideBySide;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Benchmarks.Containers;

/// <summary>Containers of a static program that does nothing, from create to deleted, against a C program that makes the same system calls.</summary>
internal sealed class ContainerStartComparison(int heapMegabytes) : Comparison
{
    private const int Containers = 50;

    private readonly string _folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;
    private byte[][] _heap = [];
    private int _last;

    public override string Name => heapMegabytes == 0 ? "ContainerStart" : $"ContainerStart{heapMegabytes}MB";

    public override string Description =>
        $"{Containers} containers one after another, each with the default configuration and a cgroup: create, start, wait, delete. "
        + $"The program is static and only exits. Managed heap of the .NET process: {(heapMegabytes == 0 ? "small" : $"{heapMegabytes} MB of live objects")}. "
        + "The C program runs the very plan that the SDK made, in a child that it forks.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string root = Path.Combine(_folder, "bundle", "rootfs");
        Directory.CreateDirectory(root);
        await CompileAsync("int main(void) { return 0; }", Path.Combine(root, "noop"), "-static");
        string baseline = Path.Combine(_folder, "same-syscalls");
        await CompileAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Containers", "same-syscalls.c")), baseline);

        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with
        {
            Process = spec.Process! with { Args = ["/noop"] },
            Linux = spec.Linux! with { Resources = null, CgroupsPath = "oci-benchmark" },
        };
        Bundle bundle = await Bundle.CreateAsync(Path.Combine(_folder, "bundle"), spec);
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = Path.Combine(_folder, "state") });
        string program = Path.Combine(_folder, "program");
        await File.WriteAllBytesAsync(program, ProgramEncoder.Encode(runtime.Plan("baseline", bundle), InitDescriptors.Parent));
        string[] cgroups = [.. CgroupHost.Read().Open("baseline", spec.Linux.CgroupsPath).Paths.Values.Distinct()];

        _heap = new byte[heapMegabytes * 64][];
        for (int i = 0; i < _heap.Length; i++)
        {
            _heap[i] = new byte[16 * 1024];
            _heap[i].AsSpan().Fill(1);
        }
        return
        [
            new("C program", () => RunAsync(baseline, [program, Path.Combine(_folder, "c"), Containers.ToString(CultureInfo.InvariantCulture), .. cgroups]), () => { }),
            new("ContainerRuntime", () => RunAsync(runtime, bundle), () => { }),
        ];
    }

    public override void Dispose()
    {
        GC.KeepAlive(_heap);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(ContainerRuntime runtime, Bundle bundle)
    {
        for (int i = 0; i < Containers; i++)
        {
            await using Container container = await runtime.CreateAsync($"benchmark{_last++}", bundle, new() { Stdio = ContainerStdio.Null });
            await container.StartAsync();
            ExitStatus status = await container.WaitAsync();
            await container.DeleteAsync();
            if (!status.IsSuccess)
            {
                throw new InvalidOperationException($"The container ended with {status}.");
            }
        }
    }

    private async Task CompileAsync(string source, string target, params string[] options)
    {
        string file = Path.Combine(_folder, "source.c");
        await File.WriteAllTextAsync(file, source);
        try
        {
            await RunAsync("gcc", ["-O2", "-o", target, file, .. options]);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("The baseline needs a C compiler (Debian: apt-get install gcc libc6-dev).", e);
        }
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} exited with code {process.ExitCode}.");
        }
    }
}
