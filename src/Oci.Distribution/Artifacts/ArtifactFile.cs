using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>A file or directory that becomes a blob of an artifact.</summary>
public sealed record ArtifactFile
{
    private ArtifactFile(string title, MediaType mediaType)
    {
        Title = ArtifactTitle.Parse(title).ToString();
        MediaType = mediaType;
    }

    /// <summary>The name that the file gets where the artifact is unpacked, with slashes between directories.</summary>
    public string Title { get; }

    /// <summary>The media type of the blob.</summary>
    public MediaType MediaType { get; }

    /// <summary>Annotations of the blob besides its title. Default none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Where the file or directory is; <see langword="null"/> for content at hand.</summary>
    internal string? Path { get; private init; }

    internal bool IsDirectory { get; private init; }

    internal ReadOnlyMemory<byte> Content { get; private init; }

    /// <summary>A file of this machine, read when the artifact is packed.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="title">The name for it; <see langword="null"/> for that of the file, without its directory.</param>
    /// <param name="mediaType">Its type; <see langword="null"/> for <c>application/octet-stream</c>.</param>
    /// <exception cref="FormatException">The title is absolute, has a <c>..</c> in it, or cannot be a path.</exception>
    public static ArtifactFile FromFile(string path, string? title = null, MediaType? mediaType = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ArtifactFile(title ?? System.IO.Path.GetFileName(System.IO.Path.GetFullPath(path)), mediaType ?? MediaTypes.OctetStream) { Path = path };
    }

    /// <summary>A directory of this machine with all that is in it, which becomes a tar archive compressed with gzip, as oras packs it. Owners and extended attributes are not kept.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="title">The name for it; <see langword="null"/> for that of the directory.</param>
    /// <param name="mediaType">The type of the blob; <see langword="null"/> for that of a layer.</param>
    /// <exception cref="FormatException">The title is absolute, has a <c>..</c> in it, or cannot be a path.</exception>
    public static ArtifactFile FromDirectory(string path, string? title = null, MediaType? mediaType = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return new ArtifactFile(title ?? System.IO.Path.GetFileName(full), mediaType ?? MediaTypes.LayerGzip) { Path = full, IsDirectory = true };
    }

    /// <summary>Content at hand.</summary>
    /// <param name="title">The name for it.</param>
    /// <param name="content">The content; not copied.</param>
    /// <param name="mediaType">Its type; <see langword="null"/> for <c>application/octet-stream</c>.</param>
    /// <exception cref="FormatException">The title is absolute, has a <c>..</c> in it, or cannot be a path.</exception>
    public static ArtifactFile FromBytes(string title, ReadOnlyMemory<byte> content, MediaType? mediaType = null) =>
        new(title, mediaType ?? MediaTypes.OctetStream) { Content = content };
}
