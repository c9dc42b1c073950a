using System.Text;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.PortableFilesystems;

/// <summary>Packs a tree of any system: what is not known of a file is written as image builders on Windows write it.</summary>
/// <remarks>Owner 0:0; on Windows mode 0755 for all, since no file there says that it is a program.</remarks>
internal sealed class PortablePacker(TarWriter tar, PackOptions options, PortableNames names, CancellationToken cancellationToken)
{
    private const int ModeOfWindows = 0b111_101_101;
    private const int ModeOfLinks = 0b111_111_111;

    private long _entries;
    private long _bytes;

    public async Task<PackResult> PackAsync(string directory)
    {
        var root = new DirectoryInfo(directory);
        if (!root.Exists)
        {
            throw new DirectoryNotFoundException($"The directory '{directory}' does not exist.");
        }
        if (options.IncludeRoot)
        {
            await WriteAsync(Header(root, path: "", TarEntryType.Directory), content: null).ConfigureAwait(false);
        }
        await PackChildrenAsync(root, prefix: "", depth: 0).ConfigureAwait(false);
        return new PackResult { Entries = _entries, Bytes = _bytes, SkippedSockets = 0 };
    }

    private async Task PackChildrenAsync(DirectoryInfo directory, string prefix, int depth)
    {
        if (depth == TreePacker.MaxDepth)
        {
            throw TreePacker.TooDeep(prefix);
        }
        var children = new List<(byte[] Name, FileSystemInfo Info)>();
        foreach (FileSystemInfo info in directory.EnumerateFileSystemInfos())
        {
            children.Add((Encoding.UTF8.GetBytes(names.Decode(info.Name)), info));
        }
        children.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        foreach ((byte[] name, FileSystemInfo info) in children)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = prefix + names.Decode(info.Name);
            if (options.Exclude?.Invoke(path) == true)
            {
                continue;
            }
            if (WhiteoutName.Is(name))
            {
                throw WhiteoutName.Refused(path);
            }
            await PackAsync(info, path, depth).ConfigureAwait(false);
        }
    }

    private async Task PackAsync(FileSystemInfo info, string path, int depth)
    {
        if (info.LinkTarget is string target)
        {
            TarHeader link = Header(info, path, TarEntryType.SymbolicLink);
            link.LinkName = Encoding.UTF8.GetBytes(OperatingSystem.IsWindows() ? string.Join('/', target.Split('\\').Select(names.Decode)) : target);
            await WriteAsync(link, content: null).ConfigureAwait(false);
            return;
        }
        if (info is DirectoryInfo directory)
        {
            await WriteAsync(Header(info, path, TarEntryType.Directory), content: null).ConfigureAwait(false);
            await PackChildrenAsync(directory, path + "/", depth + 1).ConfigureAwait(false);
            return;
        }
        TarHeader header = Header(info, path, TarEntryType.File);
        header.Size = ((FileInfo)info).Length;
        if (header.Size == 0)
        {
            // Not opened: it may be a FIFO, which waits.
            await WriteAsync(header, content: null).ConfigureAwait(false);
            return;
        }
        var content = new FileStream(info.FullName, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        await using (content.ConfigureAwait(false))
        {
            await WriteAsync(header, content).ConfigureAwait(false);
        }
    }

    private TarHeader Header(FileSystemInfo info, string path, TarEntryType type) => new()
    {
        Type = type,
        Name = ToEntryName(path),
        Mode = type == TarEntryType.SymbolicLink ? ModeOfLinks
            : OperatingSystem.IsWindows() ? ModeOfWindows
            : (int)info.UnixFileMode,
        Uid = options.Owner?.Uid ?? 0,
        Gid = options.Owner?.Gid ?? 0,
        ModifiedTime = ToEntryTime(info.LastWriteTimeUtc),
    };

    private byte[] ToEntryName(string path) => (path, options.Prefix) switch
    {
        ("", []) => "./"u8.ToArray(),
        ("", _) => options.Prefix,
        (_, []) => Encoding.UTF8.GetBytes(path),
        _ => [.. options.Prefix, (byte)'/', .. Encoding.UTF8.GetBytes(path)],
    };

    private TarTime ToEntryTime(DateTime modified)
    {
        TarTime time = TarTime.FromDateTimeOffset(modified);
        return options.ToEntryTime(time.Seconds, time.Nanoseconds);
    }

    private async Task WriteAsync(TarHeader header, Stream? content)
    {
        await (content is null
            ? tar.WriteEntryAsync(header, cancellationToken)
            : tar.WriteEntryAsync(header, content, cancellationToken)).ConfigureAwait(false);
        _entries++;
        _bytes += header.Size;
    }
}
