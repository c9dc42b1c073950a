using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>A repository that is pushed to.</summary>
internal sealed class RegistryTarget : ImageTarget
{
    private readonly RegistryClient _client;
    private readonly Repository _repository;

    public RegistryTarget(ImageReference reference, RegistryClientOptions options)
        : base(reference)
    {
        _client = RegistryClient.For(reference.Remote, options);
        _repository = _client.Repository(reference.Remote.Repository);
    }

    public override IContentStore Blobs => _repository;

    public override Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken) =>
        ContentCopier.CopyAsync(source, root, _repository, Reference.Remote.Identifier, progress: progress, cancellationToken: cancellationToken);

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
