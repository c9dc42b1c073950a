using System.Text;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>A file, directory, symbolic link or deletion that <see cref="LayerBuilder.FromFilesAsync"/> puts into a layer.</summary>
/// <remarks>Change mode, owner and time with <c>with</c>.</remarks>
/// <example>
/// <code>
/// LayerFile app = LayerFile.FromFile("usr/bin/app", "./out/app") with { Owner = new FileOwner(1000, 1000) };
/// </code>
/// </example>
public sealed record LayerFile
{
    // The octal modes 0755, 0644 and 0777.
    internal const int DirectoryMode = 0b111_101_101;
    private const int FileMode = 0b110_100_100;
    private const int LinkMode = 0b111_111_111;

    private LayerFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <summary>Where in the image it goes: names divided by slashes, from the image's root.</summary>
    public string Path { get; }

    /// <summary>Permission bits with set-user-id, set-group-id and sticky, 0 to 07777 octal.</summary>
    /// <remarks><see langword="null"/>, the default: 0755 for a directory and for a file of this machine that its owner may execute, 0644 for any other file.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value beyond 07777.</exception>
    public int? Mode
    {
        get;
        init
        {
            if (value is int mode)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(mode, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(mode, 0xFFF, nameof(value));
            }
            field = value;
        }
    }

    /// <summary>The owner. Default 0:0.</summary>
    public FileOwner Owner { get; init; }

    /// <summary>When it was last changed. Default 1970-01-01, so that the same content gives the same layer.</summary>
    public DateTimeOffset ModifiedTime { get; init; } = DateTimeOffset.UnixEpoch;

    internal TarEntryType Type { get; private init; } = TarEntryType.File;

    internal string? SourcePath { get; private init; }

    internal ReadOnlyMemory<byte> Content { get; private init; }

    internal Func<CancellationToken, Task<Stream>>? Open { get; private init; }

    internal long Size { get; private init; }

    internal string Target { get; private init; } = "";

    internal bool IsWhiteout { get; private init; }

    internal int DefaultMode => Type switch
    {
        TarEntryType.Directory => DirectoryMode,
        TarEntryType.SymbolicLink => LinkMode,
        _ => FileMode,
    };

    /// <summary>A file with the content of one of this machine. A symbolic link is followed.</summary>
    /// <param name="path">Where in the image it goes.</param>
    /// <param name="sourcePath">The file of this machine, which is opened when the layer is made.</param>
    public static LayerFile FromFile(string path, string sourcePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourcePath);
        return new LayerFile(path) { SourcePath = sourcePath };
    }

    /// <summary>A file with content in memory, which is not copied.</summary>
    public static LayerFile FromBytes(string path, ReadOnlyMemory<byte> content) => new(path) { Content = content };

    /// <summary>A file with text as its content, in UTF-8 and as it is.</summary>
    public static LayerFile FromText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new LayerFile(path) { Content = Encoding.UTF8.GetBytes(text) };
    }

    /// <summary>A file with the content that a stream gives.</summary>
    /// <param name="path">Where in the image it goes.</param>
    /// <param name="size">How many bytes the stream gives; a tar archive has the size before the content.</param>
    /// <param name="open">Opens the stream when its turn comes. The stream is disposed when it was read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public static LayerFile FromStream(string path, long size, Func<CancellationToken, Task<Stream>> open)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(open);
        return new LayerFile(path) { Size = size, Open = open };
    }

    /// <summary>A directory. One that files lie in need not be named, but for attributes of its own.</summary>
    public static LayerFile Directory(string path) => new(path) { Type = TarEntryType.Directory };

    /// <summary>A symbolic link.</summary>
    /// <param name="path">Where in the image it goes.</param>
    /// <param name="target">What it points to, as the container will see it.</param>
    public static LayerFile SymbolicLink(string path, string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        return new LayerFile(path) { Type = TarEntryType.SymbolicLink, Target = target };
    }

    /// <summary>Deletes what the layers below have under a name (image-spec, layer.md, "Whiteouts").</summary>
    public static LayerFile Whiteout(string path) => new(path) { IsWhiteout = true };
}
