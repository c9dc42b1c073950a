using System.Text;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Distribution.Artifacts;

/// <summary>Writes the archive of a directory anew as one that may be unpacked on a user's machine: files, directories and links within, without owners and rights that are not for all.</summary>
/// <remarks>
/// An image is unpacked into a root of its own, where it may link and own as it likes; these files lie among the user's, so
/// that a link out of them, or a program that runs as its owner, would be a trap.
/// </remarks>
internal sealed class ArchiveSanitizer(ArtifactTitle title, UnpackArtifactOptions options)
{
    private const int PlainRights = 0x1FF;
    private const int OwnerRights = 0x1C0;

    private readonly string[] _title = ArchivePath.Split(Encoding.UTF8.GetBytes(title.ToString()))!;
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);
    private int _entries;
    private long _bytes;

    /// <summary>Reads the archive, verified, and writes what may be kept of it, without the title before each name.</summary>
    /// <param name="blob">The blob, which is disposed.</param>
    /// <param name="descriptor">What the blob must be.</param>
    /// <param name="archive">The digest of the archive before it was compressed, where it was told.</param>
    /// <param name="destination">Gets the new archive, not compressed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What the new archive is.</returns>
    public async Task<LayerDigests> RunAsync(Stream blob, Descriptor descriptor, Digest? archive, Stream destination, CancellationToken cancellationToken)
    {
        var reader = new LayerReader(blob, descriptor, archive, new LayerReaderOptions { MaxUncompressedSize = options.MaxBytes });
        await using (reader.ConfigureAwait(false))
        {
            var writer = new LayerWriter(destination, new LayerWriterOptions { Codec = null });
            await using (writer.ConfigureAwait(false))
            {
                try
                {
                    while (await reader.Tar.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        TarHeader header = Clean(new TarHeader(reader.Tar.Entry));
                        await writer.Tar.WriteEntryAsync(header, new TarContentStream(reader.Tar), cancellationToken).ConfigureAwait(false);
                    }
                }
                catch (TarFormatException)
                {
                    // A blob that is not what its descriptor says is the better reason, and is thrown here.
                    await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                    throw;
                }
                await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                return await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private TarHeader Clean(TarHeader header)
    {
        _bytes += header.Size;
        if (++_entries > options.MaxFiles || _bytes > options.MaxBytes)
        {
            throw Refuse(header, $"there is more in it than {options.MaxFiles} entries or {options.MaxBytes} bytes (UnpackArtifactOptions.MaxFiles, MaxBytes)");
        }
        string[] path = GetPath(header, header.Name);
        header.Name = path.Length == 0 ? "./"u8.ToArray() : ArchivePath.ToBytes(path);
        for (int i = 1; i < path.Length; i++)
        {
            if (_links.Contains(string.Join('/', path[..i])))
            {
                throw Refuse(header, "it lies behind a link of the archive");
            }
        }
        string name = string.Join('/', path);
        _links.Remove(name);
        switch (header.Type)
        {
            case TarEntryType.Directory:
                header.Mode |= OwnerRights;
                break;
            case TarEntryType.SymbolicLink when path.Length > 0 && ArchivePath.StaysInside(path.Length - 1, header.LinkName.Span):
                _links.Add(name);
                break;
            case TarEntryType.HardLink when path.Length > 0:
                string[] target = GetPath(header, header.LinkName);
                if (_links.Contains(string.Join('/', target)))
                {
                    throw Refuse(header, "it is a hardlink to a symbolic link, which would lead elsewhere from there");
                }
                header.LinkName = ArchivePath.ToBytes(target);
                break;
            case TarEntryType.File when path.Length > 0:
                break;
            default:
                throw Refuse(header, header.Type == TarEntryType.SymbolicLink ? "it is a link that leads out of the directory" : "it is neither file, directory nor link");
        }
        header.Mode &= PlainRights;
        (header.Uid, header.Gid) = (0, 0);
        header.UserName = default;
        header.GroupName = default;
        header.Xattrs.Clear();
        return header;
    }

    // oras-go: what is not below the title is refused.
    private string[] GetPath(TarHeader header, ReadOnlyMemory<byte> name) =>
        ArchivePath.Split(name.Span) is not string[] parts ? throw Refuse(header, "a name is absolute or goes up")
        : !parts.AsSpan().StartsWith(_title) ? throw Refuse(header, "a name does not lie below the title")
        : parts.Any(part => part.StartsWith(".wh.", StringComparison.Ordinal)) ? throw Refuse(header, "its name says in layers that something is deleted")
        : parts[_title.Length..];

    private ArtifactException Refuse(TarHeader header, string problem)
    {
        string name = string.Concat(Encoding.UTF8.GetString(header.Name.Span).Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
        return new ArtifactException($"The archive of '{title}' is not unpacked: of '{name}', {problem}. UnpackArtifactOptions.KeepArchives writes the archive as it is.", title.ToString());
    }
}
