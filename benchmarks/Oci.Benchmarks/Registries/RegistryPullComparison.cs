using Oci.Benchmarks.SideBySide;
using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image.Layouts;

namespace Oci.Benchmarks.Registries;

/// <summary>An image from a registry into a new layout.</summary>
internal sealed class RegistryPullComparison(RegistryImage image) : RegistryComparison(image)
{
    private readonly RegistryImage _image = image;

    public override string Name => $"RegistryPull{_image.Name}";

    public override string Description => $"A pull of {_image.Description} into a new OCI layout over loopback. The processor time is that of client and server together.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        await StartAsync();
        await ContentCopier.CopyAsync(Layout, RegistryImage.Tag, OwnRepository, RegistryImage.Tag);
        await ContentCopier.CopyAsync(Layout, RegistryImage.Tag, DockerRepository, RegistryImage.Tag);
        string target = PathOf("target");
        return
        [
            Skopeo("skopeo, docker-registry", Docker, $"docker://{Docker.Host}/{RepositoryName}:{RegistryImage.Tag}", $"oci:{target}:{RegistryImage.Tag}", Delete),
            Client("Oci.Distribution, its registry", Own, () => PullAsync(OwnRepository), Delete),
            Skopeo("skopeo, this SDK's registry", Own, $"docker://{Own.Host}/{RepositoryName}:{RegistryImage.Tag}", $"oci:{target}:{RegistryImage.Tag}", Delete),
            Client("Oci.Distribution, docker-registry", Docker, () => PullAsync(DockerRepository), Delete),
        ];

        async Task PullAsync(Repository repository) =>
            await ContentCopier.CopyAsync(repository, RegistryImage.Tag, await OciLayout.CreateAsync(target), RegistryImage.Tag);

        void Delete() => Directory.Delete(target, recursive: true);
    }
}
