using Oci.Benchmarks.SideBySide;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;

namespace Oci.Benchmarks.Containers;

/// <summary>One more program in a running container, against crun exec and runc exec in one of theirs.</summary>
internal sealed class ContainerExecComparison : Comparison
{
    private const int Processes = 20;

    private readonly List<Func<Task>> _ends = [];
    private ContainerBundle? _bundle;

    public override string Name => "ContainerExec";

    public override string Description =>
        $"{Processes} times one more static program that only exits, in a running container with the default configuration, a cgroup and the default seccomp profile: exec and wait.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        // With an argument it ends at once, without it lives until it is killed.
        _bundle = await ContainerBundle.CreateAsync("#include <unistd.h>\nint main(int argc, char **argv) { for (; argc < 2;) pause(); return 0; }");
        Container container = await _bundle.Runtime.CreateAsync("benchmark", _bundle.Bundle, new() { Stdio = ContainerStdio.Null });
        _ends.Add(async () =>
        {
            await container.DeleteAsync(force: true);
            await container.DisposeAsync();
        });
        await container.StartAsync();
        var contestants = new List<Contestant> { new("Container.ExecAsync", () => RunAsync(container), () => { }) };
        foreach (string runtime in _bundle.Others)
        {
            string id = $"benchmark-{Path.GetFileName(runtime)}";
            Bundle bundle = await _bundle.CopyAsync(id);
            await _bundle.RunOtherAsync(runtime, "run", "--detach", "--bundle", bundle.Path, id);
            _ends.Add(() => _bundle.RunOtherAsync(runtime, "delete", "--force", id));
            contestants.Add(new($"{Path.GetFileName(runtime)} exec", () => RunOtherAsync(runtime, id), () => { }));
        }
        return contestants;
    }

    public override void Dispose()
    {
        foreach (Func<Task> end in _ends)
        {
            end().GetAwaiter().GetResult();
        }
        _bundle?.Dispose();
    }

    private static async Task RunAsync(Container container)
    {
        for (int i = 0; i < Processes; i++)
        {
            await using ContainerProcess process = await container.ExecAsync(new ExecOptions { Args = ["/program", "end"], Stdio = ContainerStdio.Null });
            ExitStatus status = await process.WaitAsync();
            if (!status.IsSuccess)
            {
                throw new InvalidOperationException($"The program ended with {status}.");
            }
        }
    }

    private async Task RunOtherAsync(string runtime, string id)
    {
        for (int i = 0; i < Processes; i++)
        {
            await _bundle!.RunOtherAsync(runtime, "exec", id, "/program", "end");
        }
    }
}
