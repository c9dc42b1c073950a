using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>A repository that is pushed to.</summary>
internal sealed class RegistryTarget : ImageTarget
{
    private readonly Repository _repository;

    public RegistryTarget(ImageReference reference, Registries registries)
        : base(reference) =>
        _repository = registries.Open(reference.Remote);

    public override IContentStore Blobs => _repository;

    public override Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken) =>
        ContentCopier.CopyAsync(source, root, _repository, Reference.Remote.Identifier, progress: progress, cancellationToken: cancellationToken);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
