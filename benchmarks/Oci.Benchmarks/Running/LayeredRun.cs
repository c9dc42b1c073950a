using Oci.Distribution;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Processes;

namespace Oci.Benchmarks.Running;

/// <summary>One run of an image by this SDK, with a client and a store of its own.</summary>
internal sealed class LayeredRun(string folder, Uri registry)
{
    private readonly string _work = Path.Combine(folder, "run");
    private Task<ExitStatus>? _run;

    public async Task RunToFirstOutputAsync()
    {
        var client = new RegistryClient(registry);
        var output = new FirstWrite();
        var options = new RunOptions { Layers = LayerStore.Open(Path.Combine(_work, "layers")), WorkDirectory = _work, StandardOutput = output };
        _run = new ContainerRuntime(new() { Root = Path.Combine(_work, "state") }).RunAsync(client.Repository("benchmark"), "latest", null, options);
        _ = _run.ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
        await await Task.WhenAny(output.Task, _run);
    }

    public void Clean()
    {
        if (_run?.GetAwaiter().GetResult().IsSuccess != true)
        {
            throw new InvalidOperationException($"The container ended with {_run?.Result}.");
        }
        RootFilesystem.Delete(_work);
    }
}
