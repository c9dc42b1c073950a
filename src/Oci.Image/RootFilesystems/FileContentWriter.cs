using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Writes files from disk as entries: small ones read whole, larger ones as they are read.</summary>
internal sealed class FileContentWriter(TarWriter tar)
{
    private const int SmallFile = 128 * 1024;

    private readonly byte[] _content = new byte[SmallFile + 1];

    /// <summary>Writes a file with the size that its header says.</summary>
    /// <exception cref="InvalidDataException">The file has another size by now.</exception>
    public async ValueTask WriteAsync(SafeFileHandle file, TarHeader header, CancellationToken cancellationToken)
    {
        if (header.Size > SmallFile)
        {
            using var content = new FileStream(file, FileAccess.Read, bufferSize: 0);
            await tar.WriteEntryAsync(header, content, cancellationToken).ConfigureAwait(false);
            return;
        }
        int read = 0;
        // One byte more is asked for, to see that there is none.
        for (int more = -1; more != 0 && read < Math.Max(1, header.Size); read += more)
        {
            Libc.Pread(file, _content.AsSpan(read, (int)header.Size + 1 - read), read, out more).ThrowIfFailed("pread", header.Name.Span);
        }
        if (read != header.Size)
        {
            throw new InvalidDataException($"The file '{TarName.ToDisplay(header.Name.Span)}' was changed while it was packed: it had {header.Size} bytes at first. Pack the directory when nothing writes to it.");
        }
        await tar.WriteEntryAsync(header, _content.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
    }
}
