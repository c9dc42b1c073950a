using Oci.Benchmarks.SideBySide;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Benchmarks.Registries;

/// <summary>GET of a manifest by its tag, by wrk.</summary>
internal sealed class ManifestGetComparison : RequestComparison
{
    public override string Name => "ManifestGet";

    public override string Description => "A thousand times GET of a manifest of 200 layers by its tag, as measured by wrk over 3 seconds on 16 connections.";

    protected override Task<string> LoadAsync(Uri server, OciImage image) =>
        Tool.ReadAsync("wrk", "-t1", $"-c{Connections}", "-d3", "-H", $"Accept: {MediaTypes.ImageManifest}", $"{server}v2/{RepositoryName}/manifests/{RegistryImage.Tag}");
}
