using System.CommandLine;
using Oci.Image;
using Oci.Image.Configuration;
using Oci.Image.Manifests;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci inspect</c>: what an image, index or artifact is.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();
    private readonly Option<bool> _raw = new("--raw") { Description = "print the manifest or index, byte for byte" };
    private readonly Option<bool> _config = new("--config") { Description = "print the image's config, byte for byte" };

    public InspectCommand()
        : base("inspect", "Shows what an image is: platform, size, layers, how it is run.")
    {
        Add(_image);
        Add(_raw);
        Add(_config);
        Add(PlatformOption.ToRead());
        Details = "An index is shown with what it lists; --platform shows one image of it.";
        Examples =
        [
            new("oci inspect oci:images:debian", "an image of a layout"),
            new("oci inspect docker://docker.io/library/debian:12 --platform linux/arm64", "one platform of an image in a registry"),
            new("oci inspect oci:images:debian --config | jq .config.Env", "the config as it is stored"),
        ];
        Validators.Add(result =>
        {
            if (result.GetValue(_raw) && result.GetValue(_config))
            {
                result.AddError("--raw and --config are two things: give one of them");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_image), cancellationToken);
        Descriptor root = await source.ResolveAsync(cancellationToken);
        if (call.Get(_config))
        {
            OciImage image = await OciImage.OpenAsync(source.Content, root, call.Platform, cancellationToken);
            call.Print(image.ConfigBytes.Span);
            return ExitCode.Done;
        }
        if (call.Platform is Platform platform && MediaTypes.IsIndex(root.MediaType))
        {
            root = await PlatformSelector.SelectAsync(source.Content, root, platform, cancellationToken);
        }
        if (call.Get(_raw))
        {
            call.Print(await source.Content.ReadAsync(root, cancellationToken: cancellationToken));
            return ExitCode.Done;
        }
        InspectResult result = await DescribeAsync(source, root, call.Platform, cancellationToken);
        call.Print(result with { Tags = await ListTagsAsync(source, cancellationToken) }, OutputJson.Relaxed.InspectResult);
        return ExitCode.Done;
    }

    private static async Task<InspectResult> DescribeAsync(ImageSource source, Descriptor root, Platform? platform, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsIndex(root.MediaType))
        {
            ImageIndex index = await source.Content.ReadIndexAsync(root, cancellationToken);
            return Begin("index", source, root) with
            {
                ArtifactType = index.ArtifactType,
                Subject = index.Subject?.Digest.ToString(),
                Annotations = index.Annotations,
                Manifests = [.. index.Manifests.Select(ManifestResult.Of)],
            };
        }
        ImageManifest manifest = await source.Content.ReadManifestAsync(root, cancellationToken);
        InspectResult result = Begin("artifact", source, root) with
        {
            ArtifactType = manifest.ArtifactType,
            Subject = manifest.Subject?.Digest.ToString(),
            Annotations = manifest.Annotations,
            Size = manifest.Layers.Sum(layer => layer.Size),
            Layers = [.. manifest.Layers.Select(layer => LayerResult.Of(layer))],
        };
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            return result with { ArtifactType = result.ArtifactType ?? manifest.Config.MediaType.ToString() };
        }
        OciImage image = await OciImage.OpenAsync(source.Content, root, platform, cancellationToken);
        return result with
        {
            Kind = "image",
            Os = image.Config.Os,
            Architecture = image.Config.Architecture,
            Variant = image.Config.Variant,
            Created = image.Config.Created,
            Author = image.Config.Author,
            Config = RunSettings.Of(image.Config.Config ?? new ContainerConfig()),
            Layers = [.. DescribeLayers(image)],
        };
    }

    private static InspectResult Begin(string kind, ImageSource source, Descriptor root) => new()
    {
        Kind = kind,
        Reference = source.Reference.Text,
        Digest = root.Digest.ToString(),
        MediaType = root.MediaType.ToString(),
    };

    // History that says of a step that it made a layer stands for the layers in their order.
    private static IEnumerable<LayerResult> DescribeLayers(OciImage image)
    {
        List<History> steps = [.. (image.Config.History ?? []).Where(step => step.EmptyLayer != true)];
        return image.Layers.Select((layer, i) => LayerResult.Of(layer.Descriptor, layer.DiffId, i < steps.Count ? steps[i].CreatedBy : null));
    }

    private static async Task<IReadOnlyList<string>?> ListTagsAsync(ImageSource source, CancellationToken cancellationToken)
    {
        // A registry may have tens of thousands; 'inspect' is asked about one.
        if (source.Reference.Transport == Transport.Registry)
        {
            return null;
        }
        List<string> tags = [];
        await foreach (string tag in source.Content.ListTagsAsync(cancellationToken))
        {
            tags.Add(tag);
        }
        return tags;
    }
}
