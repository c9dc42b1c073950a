namespace Oci.Image.Tar;

/// <summary>The data segments of a sparse file, checked as they are added.</summary>
internal sealed class SparseMap
{
    private TarSparseSegment[] _segments = [];
    private int _count;
    private long _end;

    public ReadOnlyMemory<TarSparseSegment> Segments => _segments.AsMemory(0, _count);

    /// <summary>The bytes of data in all segments.</summary>
    public long DataLength { get; private set; }

    public void Clear()
    {
        _count = 0;
        _end = 0;
        DataLength = 0;
    }

    /// <summary>Adds a segment; empty ones, by which GNU tar marks a trailing hole, are only checked.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Add(long offset, long length, TarReaderOptions options)
    {
        if (offset < _end || length < 0 || length > long.MaxValue - offset)
        {
            return $"A sparse map has {length} bytes at {offset}, where the segment before ends at {_end}";
        }
        _end = offset + length;
        if (length == 0)
        {
            return null;
        }
        if (_count == options.MaxSparseSegmentCount)
        {
            return $"A sparse file has more than {options.MaxSparseSegmentCount} segments (TarReaderOptions.MaxSparseSegmentCount)";
        }
        if (_count == _segments.Length)
        {
            Array.Resize(ref _segments, Math.Max(8, _segments.Length * 2));
        }
        _segments[_count++] = new TarSparseSegment(offset, length);
        DataLength += length;
        return null;
    }

    /// <summary>Checks the whole map against the entry's sizes.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Check(long realSize, long storedSize) =>
        realSize < 0 || _end > realSize ? $"A sparse map reaches to {_end}, beyond the file's size of {realSize}"
        : DataLength != storedSize ? $"A sparse map has {DataLength} bytes of data, but {storedSize} are stored"
        : null;
}
