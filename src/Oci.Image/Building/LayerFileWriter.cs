using System.Text;
using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>Writes the entries of files, in the order of their paths and with the directories on the way to them.</summary>
internal sealed class LayerFileWriter
{
    // A directory that was not asked for stands as null.
    private readonly SortedDictionary<byte[], LayerFile?> _entries = new(Comparer<byte[]>.Create(ImagePath.Compare));

    /// <exception cref="ArgumentException">A path cannot be in an image, comes twice, or lies below what is no directory.</exception>
    public LayerFileWriter(IEnumerable<LayerFile> files, byte[] prefix, bool addParents)
    {
        foreach (LayerFile file in files)
        {
            byte[] path = ImagePath.ToBytes(file.Path, allowRoot: false, nameof(files));
            path = prefix.Length == 0 ? path : [.. prefix, (byte)'/', .. path];
            if (!_entries.TryAdd(path, file))
            {
                throw new ArgumentException($"The path '{file.Path}' comes twice.", nameof(files));
            }
        }
        foreach ((byte[] path, LayerFile? file) in _entries.ToArray())
        {
            foreach (byte[] parent in ImagePath.GetParents(path))
            {
                if (_entries.TryGetValue(parent, out LayerFile? above) && above is not (null or { Type: TarEntryType.Directory, IsWhiteout: false }))
                {
                    throw new ArgumentException($"The path '{file!.Path}' lies below '{above.Path}', which is no directory in this layer.", nameof(files));
                }
                if (addParents)
                {
                    _entries.TryAdd(parent, null);
                }
            }
        }
    }

    /// <summary>The entry of a directory that nothing is known of but its name.</summary>
    public static TarHeader CreateParent(byte[] path) => new() { Type = TarEntryType.Directory, Name = path, Mode = LayerFile.DirectoryMode };

    public async Task WriteAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach ((byte[] path, LayerFile? file) in _entries)
        {
            if (file is null)
            {
                await tar.WriteEntryAsync(CreateParent(path), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await WriteAsync(tar, path, file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask WriteAsync(TarWriter tar, byte[] path, LayerFile file, CancellationToken cancellationToken)
    {
        var header = new TarHeader
        {
            Type = file.Type,
            Name = file.IsWhiteout ? ImagePath.ToWhiteout(path) : path,
            LinkName = Encoding.UTF8.GetBytes(file.Target),
            Mode = file.Mode ?? file.DefaultMode,
            Uid = file.Owner.Uid,
            Gid = file.Owner.Gid,
            ModifiedTime = TarTime.FromDateTimeOffset(file.ModifiedTime),
        };
        if (file.SourcePath is not null)
        {
            var content = new FileStream(file.SourcePath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (content.ConfigureAwait(false))
            {
                header.Size = content.Length;
                // As git does: of a file's mode only its right to be executed says something of the file, all else of the umask.
                bool isExecutable = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(content.SafeFileHandle) & UnixFileMode.UserExecute) != 0;
                header.Mode = file.Mode ?? (isExecutable ? LayerFile.DirectoryMode : file.DefaultMode);
                await tar.WriteEntryAsync(header, content, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (file.Open is not null)
        {
            Stream content = await file.Open(cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                header.Size = file.Size;
                await tar.WriteEntryAsync(header, content, cancellationToken).ConfigureAwait(false);
            }
        }
        else
        {
            header.Size = file.Content.Length;
            await tar.WriteEntryAsync(header, file.Content, cancellationToken).ConfigureAwait(false);
        }
    }
}
