using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;
using OciTool.Output;

namespace OciTool.References;

/// <summary>An OCI layout that is written to. One that was made for it goes again where nothing was written to its end.</summary>
internal sealed class LayoutTarget : ImageTarget
{
    private readonly OciLayout _layout;
    private readonly bool _isNew;
    private bool _isWritten;

    private LayoutTarget(ImageReference reference, OciLayout layout, bool isNew)
        : base(reference)
    {
        _layout = layout;
        _isNew = isNew;
    }

    public override IContentStore Blobs => _layout;

    public static async Task<LayoutTarget> OpenAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        bool isNew = !Path.Exists(reference.Path);
        return new LayoutTarget(reference, await OciLayout.CreateAsync(reference.Path, cancellationToken), isNew);
    }

    public override async Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken)
    {
        CopyResult result = await ContentCopier.CopyAsync(source, root, _layout, Reference.Tag, progress: progress, cancellationToken: cancellationToken);
        _isWritten = true;
        return result;
    }

    public override ValueTask DisposeAsync()
    {
        if (_isNew && !_isWritten)
        {
            Directory.Delete(_layout.Path, recursive: true);
        }
        return ValueTask.CompletedTask;
    }
}
