using Oci.Benchmarks.SideBySide;
using Oci.Distribution;
using Oci.Distribution.Copying;

namespace Oci.Benchmarks.Registries;

/// <summary>An image from a layout into a registry that has nothing of it.</summary>
internal sealed class RegistryPushComparison(RegistryImage image) : RegistryComparison(image)
{
    private readonly RegistryImage _image = image;

    public override string Name => $"RegistryPush{_image.Name}";

    public override string Description => $"A push of {_image.Description} from an OCI layout over loopback. The processor time is that of client and server together.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        await StartAsync();
        return
        [
            Skopeo("skopeo, docker-registry", Docker, LayoutName, $"docker://{Docker.Host}/{RepositoryName}:{RegistryImage.Tag}", () => Delete(DockerRepository)),
            Client("Oci.Distribution, its registry", Own, () => PushAsync(OwnRepository), () => Delete(OwnRepository)),
            Skopeo("skopeo, this SDK's registry", Own, LayoutName, $"docker://{Own.Host}/{RepositoryName}:{RegistryImage.Tag}", () => Delete(OwnRepository)),
            Client("Oci.Distribution, docker-registry", Docker, () => PushAsync(DockerRepository), () => Delete(DockerRepository)),
        ];
    }

    private void Delete(Repository repository) => DeleteAsync(repository).GetAwaiter().GetResult();

    private Task PushAsync(Repository repository) => ContentCopier.CopyAsync(Layout, RegistryImage.Tag, repository, RegistryImage.Tag);
}
