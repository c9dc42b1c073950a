using Oci.Benchmarks.RootFilesystems;
using Oci.Benchmarks.Registries;
using Oci.Benchmarks.SideBySide;
using Oci.Distribution;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux;

namespace Oci.Benchmarks.Running;

/// <summary>From the name of an image on a registry to the first output of its container, nothing cached, against podman.</summary>
internal sealed class ImageRunComparison : Comparison
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;
    private RegistryProcess? _registry;

    public override string Name => "ImageRun";

    public override string Description =>
        "From the name of an image on a registry (samples/RegistryServer, another process) over loopback to the first byte that its container writes; nothing is cached but the registry's files in memory. "
        + "The image has a layer of about 200 MB in gzip, made of files under /usr, and one of busybox. Both keep the unpacked layers and mount them by overlayfs (podman with runc); no network; the default filter of system calls. "
        + "What follows the first byte (the container's end, the removal of all) is not measured.";

    public override int Rounds => 5;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        _registry = await RegistryProcess.StartOwnAsync(Path.Combine(_folder, "registry"));
        using var client = new RegistryClient(_registry.Address);
        await PushAsync(client.Repository("benchmark"));
        var podman = new PodmanRun(_folder, $"{_registry.Address.Authority}/benchmark:latest");
        LayeredRun? run = null;
        return
        [
            new("podman run", podman.RunToFirstOutputAsync, podman.Clean),
            new("ContainerRuntime.RunAsync", () => (run = new LayeredRun(_folder, _registry.Address)).RunToFirstOutputAsync(), () => run!.Clean()),
        ];
    }

    public override void Dispose()
    {
        _registry?.Dispose();
        RootFilesystem.Delete(_folder);
    }

    private async Task PushAsync(Repository repository)
    {
        string blob = Path.Combine(_folder, "layer.tar.gz");
        LayerDigests files = await RealLayer.WriteAsync(blob);
        await using (FileStream content = File.OpenRead(blob))
        {
            await repository.AddAsync(files.Descriptor, content);
        }
        File.Delete(blob);
        Console.WriteLine($"{files.Descriptor.Size / 1e6:N0} MB compressed, {files.UncompressedSize / 1e6:N0} MB as tar");
        string root = Directory.CreateDirectory(Path.Combine(_folder, "busybox")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy("/bin/busybox", Path.Combine(root, "bin", "busybox"));
        File.CreateSymbolicLink(Path.Combine(root, "bin", "echo"), "busybox");
        await using ContentWriter writer = await repository.CreateAsync();
        await using var layer = new LayerWriter(writer);
        await new DirectoryPacker().PackAsync(root, layer.Tar);
        LayerDigests busybox = await layer.CompleteAsync();
        await writer.CommitAsync(busybox.Descriptor.MediaType, busybox.Descriptor.Digest);
        var builder = new ImageBuilder();
        builder.Config = builder.Config with { Cmd = ["/bin/echo", "hello"] };
        builder.AddLayer(files.Descriptor, files.DiffId).AddLayer(busybox.Descriptor, busybox.DiffId);
        await repository.TagAsync(await builder.BuildAsync(repository), "latest");
    }
}
