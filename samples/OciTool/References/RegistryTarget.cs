using Oci.Distribution;
using Oci.Image;

namespace OciTool.References;

/// <summary>A repository that is pushed to.</summary>
internal sealed class RegistryTarget : ImageTarget
{
    private readonly Repository _repository;

    public RegistryTarget(ImageReference reference, Registries registries)
        : base(reference) =>
        _repository = registries.Open(reference.Remote);

    public override IContentStore Blobs => _repository;

    protected override string Tag => Reference.Remote.Identifier;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
