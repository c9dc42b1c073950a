using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Counts what a snapshot takes of memory against its limits.</summary>
internal sealed class SnapshotBudget(TreeSnapshotOptions options)
{
    private long _entries;
    private long _bytes;

    /// <summary>Counts an entry, before it is kept.</summary>
    /// <exception cref="OciImageException">It is one too many.</exception>
    public void Take(int nameLength, int targetLength, ReadOnlySpan<TarXattr> xattrs)
    {
        _bytes += nameLength + targetLength;
        foreach (TarXattr xattr in xattrs)
        {
            _bytes += xattr.Name.Length + xattr.Value.Length;
        }
        if (++_entries > options.MaxEntries)
        {
            throw new OciImageException($"The tree has more than {options.MaxEntries} entries, the most that TreeSnapshotOptions.MaxEntries allows.");
        }
        if (_bytes > options.MaxBytes)
        {
            throw new OciImageException($"The names, link targets and attributes of the tree take more than {options.MaxBytes} bytes, the most that TreeSnapshotOptions.MaxBytes allows.");
        }
    }
}
