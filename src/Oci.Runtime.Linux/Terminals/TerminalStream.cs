using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Terminals;

/// <summary>The master of a pseudoterminal as one stream: what is written is typed, what is read was printed.</summary>
/// <remarks>Reading and writing can go on at the same time: each has a descriptor of its own.</remarks>
internal sealed class TerminalStream : AsyncOnlyStream
{
    private readonly PipeEndStream _reader;
    private readonly PipeEndStream _writer;

    /// <param name="master">Owned from here on.</param>
    public TerminalStream(SafeFileHandle master)
    {
        SafeFileHandle? duplicate = null;
        try
        {
            Libc.Duplicate(master, 0, out duplicate).ThrowIfFailed("fcntl(F_DUPFD_CLOEXEC)");
            _reader = new PipeEndStream(master, canRead: true);
            _writer = new PipeEndStream(duplicate!, canRead: false);
        }
        catch
        {
            duplicate?.Dispose();
            master.Dispose();
            throw;
        }
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.HResult == (int)Errno.EIO)
        {
            // pty(7): so the end is told, once the last process has closed the terminal.
            return 0;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.Dispose();
            _writer.Dispose();
        }
        base.Dispose(disposing);
    }
}
