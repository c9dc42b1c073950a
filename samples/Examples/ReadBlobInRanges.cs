using Oci.Distribution;
using Oci.Distribution.Blobs;
using Oci.Image;
using Oci.Image.Manifests;

namespace Examples;

internal static class ReadBlobInRanges
{
    public static async Task RunAsync(string name, string file)
    {
        Reference reference = Reference.Parse(name);
        using RegistryClient client = RegistryClient.For(reference, new() { MaxRequestsPerSecond = 20 });
        Repository repository = client.Repository(reference.Repository);
        Descriptor root = await repository.ResolveAsync(reference.Identifier) ?? throw new ContentNotFoundException(reference.Identifier, name);
        ImageManifest manifest = await repository.ReadManifestAsync(root);
        // Four connections at once; the file is whole and verified, or this throws.
        await using Stream layer = await repository.Blobs.OpenAsync(manifest.Layers[0], new OpenBlobOptions { ParallelRanges = 4 });
        await using FileStream output = File.Create(file);
        await layer.CopyToAsync(output);
    }
}
