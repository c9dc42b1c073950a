using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Manifests;
using OciTool.CommandLine;
using OciTool.Output;
using OciTool.Results;

namespace OciTool.References;

/// <summary>An image, or an index of several, that is changed: read from one reference, written to another or to the same.</summary>
internal sealed class ImageEdit : IAsyncDisposable
{
    private readonly ImageSource _source;
    private readonly ImageTarget _target;
    private readonly Descriptor _root;
    private readonly Platform? _platform;

    private ImageEdit(ImageSource source, ImageTarget target, Descriptor root, Platform? platform)
    {
        _source = source;
        _target = target;
        _root = root;
        _platform = platform;
        Store = new EditStore(target.Blobs, source.Content);
    }

    /// <summary>Has what there was, and takes what is new.</summary>
    public EditStore Store { get; }

    /// <summary>Opens the image of the argument, to be written to <c>--to</c>, or over itself.</summary>
    public static async Task<ImageEdit> OpenAsync(Invocation call, ImageReference reference, CancellationToken cancellationToken)
    {
        ImageSource source = await call.OpenAsync(reference, cancellationToken);
        try
        {
            Descriptor root = await source.ResolveAsync(cancellationToken);
            Platform? platform = call.Platform;
            ImageReference to = call.Get(CommonOptions.To) ?? await FindPlaceAsync(source, root, cancellationToken);
            if (platform is not null && call.Has(CommonOptions.To) && MediaTypes.IsIndex(root.MediaType))
            {
                // Elsewhere the one image is wanted; in its place the others stay beside it.
                root = await PlatformSelector.SelectAsync(source.Content, root, platform, cancellationToken);
            }
            return new ImageEdit(source, await ImageTarget.OpenAsync(to, call.Registries, cancellationToken), root, platform);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the image that a bundle was unpacked from, to be written elsewhere.</summary>
    /// <exception cref="ToolException">It is there no more.</exception>
    public static async Task<ImageEdit> OpenAsync(Invocation call, ImageReference from, Descriptor manifest, ImageReference to, CancellationToken cancellationToken)
    {
        // The layout may have moved on, with the image, to where the new one goes.
        bool isThere = from.Transport == Transport.Registry || Path.Exists(from.Path);
        ImageSource source = await call.OpenAsync(isThere ? from : to, cancellationToken);
        ImageTarget? target = null;
        try
        {
            target = await ImageTarget.OpenAsync(to, call.Registries, cancellationToken);
            var edit = new ImageEdit(source, target, manifest, platform: null);
            return await edit.Store.ExistsAsync(manifest, cancellationToken) ? edit
                : throw new ToolException($"{from.Path} has no {manifest.Digest} any more, which the bundle was unpacked from, and neither has {to}. Unpack an image that is there.");
        }
        catch
        {
            await (target?.DisposeAsync() ?? ValueTask.CompletedTask);
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes the image, or each image of an index that is meant, and writes the outcome to where it belongs.</summary>
    /// <param name="call">The call.</param>
    /// <param name="edit">Makes a new manifest of an image, into <see cref="Store"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<EditResult> ApplyAsync(Invocation call, Func<OciImage, CancellationToken, Task<Descriptor>> edit, CancellationToken cancellationToken)
    {
        Descriptor made = await call.Progress.RunAsync(async bars =>
        {
            Store.Progress = bars;
            Descriptor made = await EditAsync(edit, cancellationToken);
            await _target.WriteAsync(Store, made, bars, cancellationToken);
            return made;
        });
        return EditResult.Of(_target.Reference, made, _root);
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task<Descriptor> EditAsync(Func<OciImage, CancellationToken, Task<Descriptor>> edit, CancellationToken cancellationToken)
    {
        if (_platform is null)
        {
            return await ImageEditor.EditAsync(Store, _root, edit, cancellationToken);
        }
        if (!MediaTypes.IsIndex(_root.MediaType))
        {
            return await edit(await OciImage.OpenAsync(Store, _root, _platform, cancellationToken), cancellationToken);
        }
        Descriptor meant = await PlatformSelector.SelectAsync(Store, _root, _platform, cancellationToken);
        return await ImageEditor.EditAsync(Store, _root, EditMeantAsync, cancellationToken);

        Task<Descriptor> EditMeantAsync(OciImage image, CancellationToken token) =>
            image.Descriptor.Digest == meant.Digest ? edit(image, token) : Task.FromResult(image.Descriptor);
    }

    // Where the changed image goes that is to take the place of the one there is.
    private static async Task<ImageReference> FindPlaceAsync(ImageSource source, Descriptor root, CancellationToken cancellationToken)
    {
        ImageReference reference = source.Reference;
        if (reference.Digest is not null || reference.Position is not null)
        {
            throw new ToolException($"{reference} names an image by what it is, and a changed one is another. Say with --to where to write it.");
        }
        if (reference.Transport == Transport.Registry || reference is { Transport: Transport.Layout, Tag: not null })
        {
            return reference;
        }
        IReadOnlyList<(string Tag, Digest Digest)> names = await source.ListNamesAsync(cancellationToken);
        if (reference.Transport != Transport.Layout && names.Any(name => name.Digest != root.Digest))
        {
            throw new ToolException($"{reference.Path} has other images too ({string.Join(", ", names.Select(name => name.Tag))}), and is written anew with just the changed one. Say with --to where to write that.");
        }
        string? tag = reference.Tag ?? names.FirstOrDefault(name => name.Digest == root.Digest).Tag;
        return tag is null && reference.Transport == Transport.Layout
            ? throw new ToolException($"{reference} has no tag that the new image could take. Say with --to where to write it.")
            : tag is null || tag == reference.Tag ? reference : reference.WithTag(tag);
    }
}
