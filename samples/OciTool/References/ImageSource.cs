using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace OciTool.References;

/// <summary>What a reference names, opened for reading.</summary>
internal sealed class ImageSource : IAsyncDisposable
{
    private readonly IAsyncDisposable? _archive;

    private ImageSource(ImageReference reference, IContentSource content, IAsyncDisposable? archive = null)
    {
        Reference = reference;
        Content = content;
        _archive = archive;
    }

    public ImageReference Reference { get; }

    public IContentSource Content { get; }

    public static async Task<ImageSource> OpenAsync(ImageReference reference, Registries registries, CancellationToken cancellationToken)
    {
        switch (reference.Transport)
        {
            case Transport.Layout:
                return new ImageSource(reference, await OpenLayoutAsync(reference.Path, cancellationToken));
            case Transport.OciArchive:
                OciArchive ociArchive = await OciArchive.OpenAsync(reference.Path, cancellationToken: cancellationToken);
                return new ImageSource(reference, ociArchive, ociArchive);
            case Transport.DockerArchive:
                DockerArchive dockerArchive = await DockerArchive.OpenAsync(reference.Path, cancellationToken: cancellationToken);
                return new ImageSource(reference, dockerArchive, dockerArchive);
            default:
                return new ImageSource(reference, registries.OpenSource(reference.Remote));
        }
    }

    /// <summary>Opens a layout that is there.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public static async Task<OciLayout> OpenLayoutAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(path, "oci-layout"))
            ? await OciLayout.OpenAsync(path, cancellationToken)
            : throw new ToolException($"{path} is not an OCI layout: it has no file named oci-layout. Check the path. Writing to oci:{path}:TAG, as with 'oci copy', makes one.");

    /// <summary>The manifest or index that the reference stands for.</summary>
    /// <exception cref="ToolException">There is none; the message lists the tags that there are.</exception>
    public async Task<Descriptor> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Reference.Position is int position)
        {
            // Layouts and OCI archives know such names themselves.
            Descriptor? found = Content is DockerArchive archive ? archive.Images.ElementAtOrDefault(position) : await Content.ResolveAsync($"@{position}", cancellationToken);
            return found ?? throw new ToolException($"{Reference.Path} has no image at @{position}; the first is at @0.");
        }
        string name = Reference.Digest?.ToString() ?? Reference.Tag ?? (Reference.Transport == Transport.Registry ? Oci.Distribution.Reference.DefaultTag : "");
        return await Content.ResolveAsync(name, cancellationToken) ?? throw await NotFoundAsync(name, cancellationToken);
    }

    /// <summary>The image that the reference stands for; of an index, that of the platform.</summary>
    public async Task<OciImage> OpenImageAsync(Platform? platform, CancellationToken cancellationToken) =>
        await OciImage.OpenAsync(Content, await ResolveAsync(cancellationToken), platform, cancellationToken);

    /// <summary>The names of all images, each with its manifest.</summary>
    public async Task<IReadOnlyList<(string Tag, Digest Digest)>> ListNamesAsync(CancellationToken cancellationToken)
    {
        List<(string, Digest)> names = [];
        await foreach (string tag in Content.ListTagsAsync(cancellationToken))
        {
            if (await Content.ResolveAsync(tag, cancellationToken) is Descriptor named)
            {
                names.Add((tag, named.Digest));
            }
        }
        return names;
    }

    public async ValueTask DisposeAsync()
    {
        if (_archive is not null)
        {
            await _archive.DisposeAsync();
        }
    }

    private async Task<ToolException> NotFoundAsync(string name, CancellationToken cancellationToken)
    {
        string place = Reference.Transport == Transport.Registry ? $"docker://{Reference.Remote.Host}/{Reference.Remote.Repository}" : Reference.Path;
        if (name.Length == 0)
        {
            return new ToolException($"{place} has no image yet.");
        }
        if (Reference.Transport == Transport.Registry)
        {
            return new ToolException($"{place} has no '{name}'. Check the name and the tag.");
        }
        List<string> tags = [];
        await foreach (string tag in Content.ListTagsAsync(cancellationToken))
        {
            tags.Add(tag);
        }
        return new ToolException(tags.Count == 0 ? $"{place} has no '{name}', and no tags at all." : $"{place} has no '{name}'. It has: {string.Join(", ", tags.Take(20))}.");
    }
}
