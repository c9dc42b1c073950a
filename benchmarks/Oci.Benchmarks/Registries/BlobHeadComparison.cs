using Oci.Benchmarks.SideBySide;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Benchmarks.Registries;

/// <summary>HEAD of a blob, by ab: wrk waits for the body that an answer to HEAD does not have.</summary>
internal sealed class BlobHeadComparison : RequestComparison
{
    public override string Name => "BlobHead";

    public override string Description => "A thousand times HEAD of a blob, as measured by ab over 3 seconds on 16 connections (wrk cannot send HEAD).";

    protected override Task<string> LoadAsync(Uri server, OciImage image) =>
        Tool.ReadAsync("ab", "-q", "-i", "-k", "-t", "3", "-n", "10000000", "-c", $"{Connections}", $"{server}v2/{RepositoryName}/blobs/{image.Manifest.Layers[0].Digest}");
}
