using System.Numerics;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>Bytes in blocks, so that a large blob is no large array. Guarded by its own lock.</summary>
internal sealed class MemoryObject
{
    private const int BlockSize = 64 * 1024;
    private const int MinBlockSize = 1024;

    private readonly Lock _lock = new();
    private readonly List<byte[]> _blocks = [];
    private long _length;

    public MemoryObject(DateTimeOffset lastWrite) => LastWriteTime = lastWrite;

    public DateTimeOffset LastWriteTime { get; set; }

    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _length;
            }
        }
    }

    public void Write(ReadOnlySpan<byte> content, long offset)
    {
        lock (_lock)
        {
            while (!content.IsEmpty)
            {
                int index = (int)(offset / BlockSize);
                int start = (int)(offset % BlockSize);
                Span<byte> target = GetBlock(index, (int)Math.Min(BlockSize, (long)start + content.Length)).AsSpan(start);
                int count = Math.Min(target.Length, content.Length);
                content[..count].CopyTo(target);
                content = content[count..];
                offset += count;
                _length = Math.Max(_length, offset);
            }
        }
    }

    public int Read(Span<byte> buffer, long offset)
    {
        lock (_lock)
        {
            if (offset >= _length)
            {
                return 0;
            }
            int start = (int)(offset % BlockSize);
            int count = (int)Math.Min(Math.Min(buffer.Length, BlockSize - start), _length - offset);
            _blocks[(int)(offset / BlockSize)].AsSpan(start, count).CopyTo(buffer);
            return count;
        }
    }

    public void SetLength(long length)
    {
        lock (_lock)
        {
            int blocks = (int)((length + BlockSize - 1) / BlockSize);
            _blocks.RemoveRange(blocks, _blocks.Count - blocks);
            _length = length;
        }
    }

    // A block of at least so many bytes. The last one grows: most objects are tags and links of a few bytes.
    private byte[] GetBlock(int index, int minLength)
    {
        while (_blocks.Count <= index)
        {
            _blocks.Add([]);
        }
        byte[] block = _blocks[index];
        if (block.Length < minLength)
        {
            Array.Resize(ref block, minLength <= MinBlockSize ? minLength : (int)BitOperations.RoundUpToPowerOf2((uint)minLength));
            _blocks[index] = block;
        }
        return block;
    }
}
