using Oci.Distribution;
using Oci.Distribution.Artifacts;
using Oci.Image;

namespace Examples;

internal static class PackArtifact
{
    public static async Task RunAsync(string image, string sbom, string folder)
    {
        Reference reference = Reference.Parse(image);
        using RegistryClient client = RegistryClient.For(reference);
        Repository repository = client.Repository(reference.Repository);
        Descriptor? subject = await repository.ResolveAsync(reference.Identifier);
        Descriptor artifact = await ArtifactPacker.PackAsync(repository, [ArtifactFile.FromFile(sbom)], new()
        {
            ArtifactType = "application/spdx+json",
            Subject = subject,
        });
        await ArtifactUnpacker.UnpackAsync(repository, artifact, folder);
    }
}
