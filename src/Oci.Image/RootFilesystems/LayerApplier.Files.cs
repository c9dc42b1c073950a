using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

internal sealed partial class LayerApplier
{
    /// <summary>The mode of a file while it is written: 0600.</summary>
    private const uint PrivateFileMode = 0x180;

    private SafeFileHandle MakeFile(TarEntry entry)
    {
        const int Flags = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL;
        EntryChecks.CheckSize(entry.StoredSize, _bytes, _options);
        int tries = 0;
        SafeFileHandle? file;
        while (MustTryAgain(Libc.Openat(_parents.Handle, _path.Leaf, Flags | Libc.O_NOFOLLOW, PrivateFileMode, out file), "openat", entry.Name, ref tries))
        {
        }
        return file!;
    }

    /// <summary>Writes a piece of content.</summary>
    /// <returns>Where in the file it ends.</returns>
    private long Write(SafeFileHandle file, TarEntry entry, in ReadOnlySequence<byte> content, long offset)
    {
        foreach (ReadOnlyMemory<byte> piece in content)
        {
            Errno errno = Libc.Pwrite(file, piece.Span, offset);
            if (errno != Errno.None)
            {
                _entryName = PathText.Describe(entry.Name);
                throw Refused(LinuxError.ToException(errno, "pwrite", _entryName));
            }
            offset += piece.Length;
        }
        Count(content.Length);
        return offset;
    }

    private void Count(long written)
    {
        _bytes += written;
        if (_bytes >= _nextReport)
        {
            _nextReport = _bytes + BytesPerReport;
            Report();
        }
    }

    /// <summary>Ends a file whose content is written up to <c>end</c>: a hole may follow.</summary>
    private void Finish(SafeFileHandle file, TarEntry entry, long end)
    {
        try
        {
            if (end < entry.Size)
            {
                Libc.Ftruncate(file, entry.Size).ThrowIfFailed("ftruncate", entry.Name);
            }
            SetAttributes(file, entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _entryName = PathText.Describe(entry.Name);
            throw Refused(exception);
        }
    }

    private void SetAttributes(SafeFileHandle file, TarEntry entry)
    {
        var attributes = new FileEntryAttributes(entry);
        // chown takes file capabilities away, so it comes first.
        attributes.ApplyOwner(file, _ownership, entry.Name);
        foreach (TarXattr xattr in entry.Xattrs)
        {
            _xattrs.Apply(file, xattr.Name, xattr.Value, entry.Name);
        }
        attributes.ApplyModeAndTimes(file, entry.Name);
    }
}
