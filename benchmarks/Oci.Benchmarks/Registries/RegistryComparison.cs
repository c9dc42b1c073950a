using Oci.Benchmarks.SideBySide;
using Oci.Distribution;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Benchmarks.Registries;

/// <summary>One image, this SDK's registry and Debian's docker-registry side by side, a client of this SDK for each.</summary>
internal abstract class RegistryComparison(RegistryImage image) : Comparison
{
    private readonly WorkFolder _folder = new();
    private RegistryClient? _ownClient;
    private RegistryClient? _dockerClient;

    protected const string RepositoryName = "benchmark";

    /// <summary>The image as a layout.</summary>
    protected OciLayout Layout { get; private set; } = null!;

    /// <summary>The layout as skopeo names it.</summary>
    protected string LayoutName => $"oci:{Layout.Path}:{RegistryImage.Tag}";

    protected RegistryProcess Own { get; private set; } = null!;

    protected RegistryProcess Docker { get; private set; } = null!;

    protected Repository OwnRepository => _ownClient!.Repository(RepositoryName);

    protected Repository DockerRepository => _dockerClient!.Repository(RepositoryName);

    public override int Rounds => 5;

    public override void Dispose()
    {
        _ownClient?.Dispose();
        _dockerClient?.Dispose();
        Own?.Dispose();
        Docker?.Dispose();
        _folder.Dispose();
    }

    protected string PathOf(string name) => _folder[name];

    /// <summary>Makes the image and starts the servers.</summary>
    protected async Task StartAsync()
    {
        Layout = await image.WriteAsync(_folder["layout"]);
        Own = await RegistryProcess.StartOwnAsync(_folder["own"]);
        Docker = await RegistryProcess.StartDockerAsync(_folder["docker"]);
        _ownClient = new RegistryClient(Own.Address);
        _dockerClient = new RegistryClient(Docker.Address);
    }

    /// <summary>Takes the image out of a repository, so that the next push finds nothing of it there.</summary>
    protected async Task DeleteAsync(Repository repository)
    {
        OciImage content = await OciImage.OpenAsync(Layout, RegistryImage.Tag);
        await repository.Manifests.DeleteAsync(content.Descriptor.Digest);
        foreach (Descriptor blob in content.Manifest.Layers.Append(content.Manifest.Config))
        {
            await repository.Blobs.DeleteAsync(blob.Digest);
        }
    }

    /// <summary>skopeo at one of the servers.</summary>
    protected static Contestant Skopeo(string name, RegistryProcess server, string source, string destination, Action cleanUp) =>
        new(name, () => Tool.RunAsync("skopeo", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", source, destination), cleanUp)
        {
            GetProcessorTime = () => ProcessorTimes.OfChildren + server.ProcessorTime,
        };

    /// <summary>This process at one of the servers.</summary>
    protected static Contestant Client(string name, RegistryProcess server, Func<Task> run, Action cleanUp) =>
        new(name, run, cleanUp) { GetProcessorTime = () => ProcessorTimes.OfThisProcess + server.ProcessorTime };
}
