using Oci.Benchmarks.SideBySide;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Processes;

namespace Oci.Benchmarks.Containers;

/// <summary>Containers of a static program that does nothing, from create to deleted, against a C program that makes the same system calls, crun and runc.</summary>
internal sealed class ContainerStartComparison(int heapMegabytes) : Comparison
{
    private const int Containers = 20;

    private ContainerBundle? _bundle;
    private byte[][] _heap = [];
    private int _last;

    public override string Name => heapMegabytes == 0 ? "ContainerStart" : $"ContainerStart{heapMegabytes}MB";

    public override string Description =>
        $"{Containers} containers one after another, each with the default configuration, a cgroup and the default seccomp profile: create, start, wait, delete. "
        + $"The program is static and only exits. Managed heap of the .NET process: {(heapMegabytes == 0 ? "small" : $"{heapMegabytes} MB of live objects")}. "
        + "The C program runs the very plan that the SDK made, in a child that it forks.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        _bundle = await ContainerBundle.CreateAsync("int main(void) { return 0; }");
        Func<int, Task> baseline = await _bundle.MakeBaselineAsync();
        _heap = new byte[heapMegabytes * 64][];
        for (int i = 0; i < _heap.Length; i++)
        {
            _heap[i] = new byte[16 * 1024];
            _heap[i].AsSpan().Fill(1);
        }
        return
        [
            new("C program", () => baseline(Containers), () => { }),
            new("ContainerRuntime", () => RunAsync(_bundle), () => { }),
            .. _bundle.Others.Select(runtime => new Contestant($"{Path.GetFileName(runtime)} run", () => RunOtherAsync(_bundle, runtime), () => { })),
        ];
    }

    public override void Dispose()
    {
        GC.KeepAlive(_heap);
        _bundle?.Dispose();
    }

    private async Task RunAsync(ContainerBundle bundle)
    {
        for (int i = 0; i < Containers; i++)
        {
            await using Container container = await bundle.Runtime.CreateAsync($"benchmark{_last++}", bundle.Bundle, new() { Stdio = ContainerStdio.Null });
            await container.StartAsync();
            ExitStatus status = await container.WaitAsync();
            await container.DeleteAsync();
            if (!status.IsSuccess)
            {
                throw new InvalidOperationException($"The container ended with {status}.");
            }
        }
    }

    private async Task RunOtherAsync(ContainerBundle bundle, string runtime)
    {
        for (int i = 0; i < Containers; i++)
        {
            await bundle.RunOtherAsync(runtime, "run", "--bundle", bundle.Bundle.Path, $"benchmark{_last++}");
        }
    }
}
