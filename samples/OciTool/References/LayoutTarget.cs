using Oci.Image;
using Oci.Image.Layouts;

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

    protected override Task CompleteAsync(CancellationToken cancellationToken)
    {
        _isWritten = true;
        return Task.CompletedTask;
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
