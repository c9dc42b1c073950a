using Oci.Distribution.Copying;
using Oci.Image;
using OciTool.CommandLine;
using OciTool.Results;

namespace OciTool.References;

/// <summary>An image that is changed: read from one reference, written to another or to the same.</summary>
internal sealed class ImageEdit : IAsyncDisposable
{
    private readonly ImageSource _source;
    private readonly ImageTarget _target;

    private ImageEdit(ImageSource source, ImageTarget target, OciImage image)
    {
        _source = source;
        _target = target;
        Image = image;
        Store = new EditStore(source.Content, target.Blobs);
    }

    /// <summary>The image as it is.</summary>
    public OciImage Image { get; }

    /// <summary>Takes what is new.</summary>
    public IContentStore Store { get; }

    /// <summary>Opens the image of the argument, to be written to <c>--to</c>, or over itself.</summary>
    public static async Task<ImageEdit> OpenAsync(Invocation call, ImageReference reference, CancellationToken cancellationToken)
    {
        ImageReference to = call.Get(CommonOptions.To) ?? reference;
        ImageSource source = await call.OpenAsync(reference, cancellationToken);
        try
        {
            Descriptor root = await source.ResolveAsync(cancellationToken);
            if (ReferenceEquals(to, reference))
            {
                RequireTag(reference);
                if (MediaTypes.IsIndex(root.MediaType))
                {
                    throw new ToolException($"{reference} is an index of several images, which one image would replace. Write the new one elsewhere with --to, and list it with 'oci index add'.");
                }
            }
            OciImage image = await OciImage.OpenAsync(source.Content, root, call.Platform, cancellationToken);
            return new ImageEdit(source, await ImageTarget.OpenAsync(to, call.Registry, cancellationToken), image);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the new image, with all that it needs, to where it belongs.</summary>
    public async Task<EditResult> SaveAsync(Invocation call, Descriptor image, CancellationToken cancellationToken)
    {
        await call.Progress.RunAsync(bars => _target.WriteAsync(Store, image, new CopyOptions(), bars, cancellationToken));
        return EditResult.Of(_target.Reference, image, Image.Descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static void RequireTag(ImageReference reference)
    {
        if (reference.Digest is not null || reference.Position is not null)
        {
            throw new ToolException($"{reference} names an image by what it is, and a changed one is another. Say with --to where to write it.");
        }
        if (reference is { Transport: Transport.Layout, Tag: null })
        {
            throw new ToolException($"{reference} has no tag that the new image could take. Write {reference}:TAG, or say with --to where to write it.");
        }
    }
}
