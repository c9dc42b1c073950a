using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Small files that were made, with what they are to hold: written, given their attributes and closed together, on another thread.</summary>
/// <remarks>
/// Of the six calls that a small file takes, only the one that makes its name depends on the entries before it. All else
/// is done by the handle, so what happens to the name meanwhile does not matter.
/// </remarks>
internal sealed class FileBatch(OwnershipWriter ownership) : IDisposable
{
    /// <summary>The most bytes that an entry's name and content may have to be taken.</summary>
    public const int MaxEntrySize = 64 * 1024;

    // Each file is a descriptor that is held open, of which an ordinary process may have 1024.
    private const int MaxFiles = 128;

    private const int FullSize = 256 * 1024;

    private readonly (SafeFileHandle Handle, FileEntryAttributes Attributes, int NameStart, int ContentStart, int End)[] _files = new (SafeFileHandle, FileEntryAttributes, int, int, int)[MaxFiles];
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FullSize + MaxEntrySize);
    private int _count;
    private int _used;
    private int _done;

    /// <summary>Whether nothing can be added before <see cref="Finish"/>.</summary>
    public bool IsFull => _count == MaxFiles || _used >= FullSize;

    /// <summary>The name of the file that <see cref="Finish"/> failed at.</summary>
    public ReadOnlySpan<byte> FailedName => _bytes.AsSpan(_files[_done].NameStart, _files[_done].ContentStart - _files[_done].NameStart);

    /// <summary>Room for the content of an entry of at most <see cref="MaxEntrySize"/> bytes, without holes. Follow with <see cref="Add"/>.</summary>
    public Memory<byte> Reserve(TarEntry entry)
    {
        entry.Name.CopyTo(_bytes.AsSpan(_used));
        return _bytes.AsMemory(_used + entry.Name.Length, (int)entry.StoredSize);
    }

    /// <summary>Takes a file that was made and is empty, whose content was put into what <see cref="Reserve"/> gave. Closed by this from now on.</summary>
    public void Add(SafeFileHandle file, TarEntry entry, in FileEntryAttributes attributes)
    {
        int contentStart = _used + entry.Name.Length;
        int end = contentStart + (int)entry.StoredSize;
        _files[_count++] = (file, attributes, _used, contentStart, end);
        _used = end;
    }

    /// <summary>Writes all files, sets their attributes and closes them. The batch is empty then.</summary>
    /// <exception cref="IOException">The file system refuses: see <see cref="FailedName"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses: see <see cref="FailedName"/>.</exception>
    public void Finish()
    {
        for (; _done < _count; _done++)
        {
            (SafeFileHandle file, FileEntryAttributes attributes, int nameStart, int contentStart, int end) = _files[_done];
            ReadOnlySpan<byte> name = _bytes.AsSpan(nameStart..contentStart);
            Libc.Pwrite(file, _bytes.AsSpan(contentStart..end), 0).ThrowIfFailed("pwrite", name);
            attributes.Apply(file, ownership, name);
            file.Dispose();
        }
        _count = _used = _done = 0;
    }

    /// <summary>Closes what was not finished.</summary>
    public void Dispose()
    {
        for (; _done < _count; _done++)
        {
            _files[_done].Handle.Dispose();
        }
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
