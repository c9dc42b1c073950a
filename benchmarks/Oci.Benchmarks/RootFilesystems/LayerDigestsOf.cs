using System.Security.Cryptography;
using Oci.Image;
using Oci.Image.Layers;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>The digests of a layer that is a file.</summary>
internal static class LayerDigestsOf
{
    public static async Task<LayerDigests> FileAsync(string path)
    {
        await using FileStream hashed = File.OpenRead(path);
        var descriptor = new Descriptor
        {
            MediaType = path.EndsWith(".gz", StringComparison.Ordinal) ? MediaTypes.LayerGzip : MediaTypes.Layer,
            Digest = Digest.FromHash(DigestAlgorithm.Sha256, await SHA256.HashDataAsync(hashed)),
            Size = hashed.Length,
        };
        await using var reader = new LayerReader(File.OpenRead(path), descriptor);
        return await reader.CompleteAsync();
    }
}
