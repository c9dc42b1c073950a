using System.IO.Pipelines;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Image.Layouts;
using Oci.Image.Tar;

namespace Oci.Image.Archives;

/// <summary>A tar being written beside the path it is for, and renamed to it when it is whole. For one caller at a time.</summary>
/// <remarks>An entry that fails is cut off again, so that the archive stays good for the next one.</remarks>
internal sealed class StagedArchive : IAsyncDisposable
{
    private readonly StagedFile _staged;
    private readonly StagedFileStream _output;
    private readonly TarHeaderWriter _headers = new();
    private bool _completed;

    public StagedArchive(string path)
    {
        _staged = StagedFile.Create(path);
        _output = new StagedFileStream(_staged);
    }

    /// <summary>Where the archive goes.</summary>
    public string Path => _staged.Target;

    /// <summary>The file as far as it is written, for reading by position.</summary>
    public SafeFileHandle Handle => _staged.File.SafeFileHandle;

    /// <exception cref="InvalidOperationException">The archive was completed or disposed of.</exception>
    public void ThrowIfClosed()
    {
        if (_completed || _staged.IsClosed)
        {
            throw new InvalidOperationException($"The archive {Path} was completed or disposed of already: nothing can be added to it.");
        }
    }

    /// <summary>Appends a file whose size is known.</summary>
    public Task<ArchiveEntry> AppendAsync(string name, long size, Stream content, CancellationToken cancellationToken) =>
        AppendAsync(new TarHeader { Name = Encoding.UTF8.GetBytes(name), Size = size }, content, cancellationToken);

    public Task<ArchiveEntry> AppendAsync(string name, byte[] content, CancellationToken cancellationToken) =>
        AppendAsync(name, content.Length, new MemoryStream(content, writable: false), cancellationToken);

    public Task AppendDirectoryAsync(string name, CancellationToken cancellationToken) =>
        AppendAsync(new TarHeader { Type = TarEntryType.Directory, Name = Encoding.UTF8.GetBytes(name), Mode = 0b111_101_101 }, Stream.Null, cancellationToken);

    public Task AppendSymlinkAsync(string name, string target, CancellationToken cancellationToken) =>
        AppendAsync(new TarHeader { Type = TarEntryType.SymbolicLink, Name = Encoding.UTF8.GetBytes(name), LinkName = Encoding.UTF8.GetBytes(target), Mode = 0b111_111_111 }, Stream.Null, cancellationToken);

    /// <summary>Appends a file whose size shows when it is written: its header is written last.</summary>
    public Task<ArchiveEntry> AppendAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        AppendOrCutAsync(
            async start =>
            {
                var header = new TarHeader { Name = Encoding.UTF8.GetBytes(name) };
                byte[] zeros = new byte[TarBlock.Size];
                await _output.WriteAsync(zeros, cancellationToken).ConfigureAwait(false);
                await write(_output, cancellationToken).ConfigureAwait(false);
                header.Size = _output.Position - start - TarBlock.Size;
                await _output.WriteAsync(zeros.AsMemory(0, TarBlock.PaddingOf(header.Size)), cancellationToken).ConfigureAwait(false);
                _output.WriteAt(_headers.FormatInOneBlock(header), start);
                return new ArchiveEntry(start + TarBlock.Size, header.Size);
            });

    /// <summary>Ends the tar, flushes it to disk, and puts it in its place.</summary>
    /// <exception cref="ArchiveException">The file system refuses; what was at the path is still there.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var tar = new TarWriter(_output, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            await tar.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        _staged.Publish();
        _completed = true;
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();

    private Task<ArchiveEntry> AppendAsync(TarHeader header, Stream content, CancellationToken cancellationToken) =>
        AppendOrCutAsync(
            async _ =>
            {
                // Disposed with its pipe, since that is what sends the pipe's last bytes on.
                var tar = new TarWriter(PipeWriter.Create(_output, new StreamPipeWriterOptions(leaveOpen: true)));
                await using (tar.ConfigureAwait(false))
                {
                    await tar.WriteEntryAsync(header, content, cancellationToken).ConfigureAwait(false);
                }
                return new ArchiveEntry(_output.Position - header.Size - TarBlock.PaddingOf(header.Size), header.Size);
            });

    private async Task<ArchiveEntry> AppendOrCutAsync(Func<long, Task<ArchiveEntry>> append)
    {
        ThrowIfClosed();
        long start = _output.Position;
        try
        {
            return await append(start).ConfigureAwait(false);
        }
        catch
        {
            _output.SetLength(start);
            throw;
        }
    }
}
