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
internal sealed class ArchiveSanitizer(ArtifactTitle title, UnpackBudget budget)
{
    private const int PlainRights = 0x1FF;
    private const int OwnerRights = 0x1C0;

    private readonly string[] _title = ArchivePath.Split(Encoding.UTF8.GetBytes(title.ToString()))!;
    private readonly ArchiveTree _tree = new(ignoreCase: budget.Options.IsPortable);

    /// <summary>The bytes of the files in it, which were taken from the budget.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads the archive, verified, and writes what may be kept of it, without the title before each name.</summary>
    /// <param name="blob">The blob, which is disposed.</param>
    /// <param name="descriptor">What the blob must be.</param>
    /// <param name="archive">The digest of the archive before it was compressed, where it was told.</param>
    /// <param name="destination">Gets the new archive, not compressed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What the new archive is.</returns>
    public async Task<LayerDigests> RunAsync(Stream blob, Descriptor descriptor, Digest? archive, Stream destination, CancellationToken cancellationToken)
    {
        var reader = new LayerReader(blob, descriptor, archive, new LayerReaderOptions { MaxUncompressedSize = budget.Options.MaxBytes });
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
        if (!budget.TryTakeBytes(header.Size))
        {
            throw budget.TooManyBytes(title);
        }
        Bytes += header.Size;
        string[] path = GetPath(header, header.Name);
        header.Name = path.Length == 0 ? "./"u8.ToArray() : ArchivePath.ToBytes(path);
        if (path.Length > 0 && _tree.HasLink(path.AsSpan(..^1)))
        {
            throw Refuse(header, "it lies behind a link of the archive");
        }
        switch (header.Type)
        {
            case TarEntryType.Directory:
                header.Mode |= OwnerRights;
                break;
            case TarEntryType.SymbolicLink when path.Length > 0 && ArchivePath.StaysInside(path.Length - 1, header.LinkName.Span, budget.Options.IsPortable):
                break;
            case TarEntryType.HardLink when path.Length > 0:
                string[] target = GetPath(header, header.LinkName);
                if (_tree.HasLink(target))
                {
                    throw Refuse(header, "it is a hardlink to a symbolic link or to what lies behind one, which would lead elsewhere from there");
                }
                header.LinkName = ArchivePath.ToBytes(target);
                break;
            case TarEntryType.File when path.Length > 0:
                break;
            default:
                throw Refuse(header, header.Type == TarEntryType.SymbolicLink ? "it is a link that leads out of the directory, or that goes up after a name" : "it is neither file, directory nor link");
        }
        if (!budget.TryTakeFiles(1 + (path.Length == 0 ? 0 : _tree.Add(path, header.Type))))
        {
            throw budget.TooManyFiles(title);
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
