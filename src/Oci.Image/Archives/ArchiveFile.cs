using System.Buffers;
using System.IO.Compression;
using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.Archives;

/// <summary>A tar file on disk: indexed once, then read by position. Names never reach the file system.</summary>
internal sealed class ArchiveFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly ArchiveIndex _index;

    private ArchiveFile(string path, FileStream file, ArchiveIndex index)
    {
        Path = path;
        _file = file;
        _index = index;
    }

    public string Path { get; }

    public static async Task<ArchiveFile> OpenAsync(string path, ArchiveOptions? options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        options = (options ?? new ArchiveOptions()).Copy();
        FileStream? file = null;
        try
        {
            file = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous });
            file = await MakeSeekableAsync(path, file, options, cancellationToken).ConfigureAwait(false);
            ArchiveIndex index = await ArchiveIndex.ReadAsync(path, file, options, cancellationToken).ConfigureAwait(false);
            ArchiveFile archive = new(path, file, index);
            file = null;
            return archive;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveException($"Cannot read {path}: {e.Message}", path, e);
        }
        catch (InvalidDataException e)
        {
            throw new ArchiveException($"{path} is compressed and damaged: {e.Message} Fetch it again.", path, e);
        }
        finally
        {
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public bool Contains(string name) => _index.Find(name) is not null;

    /// <summary>The names of all files, links not among them.</summary>
    public IReadOnlyCollection<string> Names => _index.Names;

    public ArchiveEntry? Find(string name) => _index.Find(name);

    /// <summary>The content of an entry. The stream is good while the archive is open.</summary>
    public Stream Open(ArchiveEntry entry) => new SliceStream(_file.SafeFileHandle, entry);

    public async Task<byte[]> ReadSmallAsync(string name, CancellationToken cancellationToken)
    {
        ArchiveEntry entry = Find(name) ?? throw new ArchiveException($"{Path} has no file named {name}.", Path);
        if (entry.Size > OciJson.MaxDocumentSize)
        {
            throw new ArchiveException($"{PathText.Describe(Encoding.UTF8.GetBytes(name))} in {Path} has {entry.Size} bytes; {OciJson.MaxDocumentSize} is the most that is read.", Path);
        }
        var content = new byte[entry.Size];
        using Stream stream = Open(entry);
        await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        return content;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    // A pipe cannot be read twice, and a compressed file cannot be read from its middle: both go to a file first.
    private static async Task<FileStream> MakeSeekableAsync(string path, FileStream file, ArchiveOptions options, CancellationToken cancellationToken)
    {
        byte[] magic = new byte[6];
        int count = await file.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        bool isGzip = magic is [0x1f, 0x8b, ..];
        string? unsupported = magic switch
        {
            [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd -d",
            [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] => "xz -d",
            [0x42, 0x5a, 0x68, ..] => "bzip2 -d",
            _ => null,
        };
        if (unsupported is not null)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw new ArchiveException($"{path} is compressed in a way that is not read here. Expand it first, with '{unsupported}'.", path);
        }
        if (file.CanSeek && !isGzip)
        {
            file.Position = 0;
            return file;
        }
        await using (file.ConfigureAwait(false))
        {
            Stream source = file.CanSeek ? Rewind(file) : new PrefixedStream(magic.AsMemory(0, count), file);
            return await SpoolAsync(path, isGzip ? new GZipStream(source, CompressionMode.Decompress) : source, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static FileStream Rewind(FileStream file)
    {
        file.Position = 0;
        return file;
    }

    private static async Task<FileStream> SpoolAsync(string path, Stream source, ArchiveOptions options, CancellationToken cancellationToken)
    {
        FileStream spool = SpoolFile.Create(options.TemporaryDirectory);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (spool.Position + read > options.MaxExpandedSize)
                {
                    throw new ArchiveException($"{path} expands to more than {options.MaxExpandedSize} bytes. Raise {nameof(ArchiveOptions)}.{nameof(ArchiveOptions.MaxExpandedSize)} if you trust it.", path);
                }
                await spool.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
