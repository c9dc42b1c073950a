using System.Security.Cryptography;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Reads a saved snapshot: see <see cref="SnapshotFormat"/>.</summary>
internal sealed class SnapshotReader(Stream stream, TreeSnapshotOptions options)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly SnapshotBudget _budget = new(options);
    private readonly List<TreeNode> _nodes = [];
    private readonly List<(TreeNode Node, byte[] LastName)> _open = [];
    private byte[] _record = new byte[1024];
    private int _start;
    private int _end;

    public async Task<TreeSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int headerLength = SnapshotFormat.Magic.Length + 1;
        await FillAsync(_record.AsMemory(0, headerLength), hash, cancellationToken).ConfigureAwait(false);
        byte flags = _record[headerLength - 1];
        if (!_record.AsSpan(0, headerLength - 1).SequenceEqual(SnapshotFormat.Magic) || flags > SnapshotFormat.HasContentDigests)
        {
            throw new InvalidDataException("This is no saved tree snapshot, or one of a later version. Read it with the version that wrote it, or take it anew, of a fresh unpack.");
        }
        while (await ReadLengthAsync(hash, cancellationToken).ConfigureAwait(false) is int length and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_record.Length < length)
            {
                _record = new byte[Math.Max(length, _record.Length * 2)];
            }
            await FillAsync(_record.AsMemory(0, length), hash, cancellationToken).ConfigureAwait(false);
            Add(new SnapshotRecord(_record.AsSpan(0, length)), hasHashes: flags != 0);
        }
        byte[] digest = hash.GetHashAndReset();
        await FillAsync(_record.AsMemory(0, digest.Length), hash: null, cancellationToken).ConfigureAwait(false);
        bool isAtEnd = _start == _end && await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false) == 0;
        if (_nodes.Count == 0 || !isAtEnd || !_record.AsSpan(0, digest.Length).SequenceEqual(digest))
        {
            throw SnapshotRecord.Damaged("its digest is not that at its end, or something follows");
        }
        return new TreeSnapshot(_nodes[0], flags != 0);
    }

    private void Add(SnapshotRecord record, bool hasHashes)
    {
        int depth = (int)record.Number(TreeSnapshot.MaxDepth + 1);
        ReadOnlySpan<byte> name = record.Bytes(TreePaths.MaxNameLength);
        bool isRoot = _nodes.Count == 0;
        if (isRoot ? depth != 0 || !name.IsEmpty : !IsInOrder(depth, name))
        {
            throw SnapshotRecord.Damaged("its names are not in order");
        }
        TreeNode node = ReadNode(ref record, name.Length, hasHashes);
        if (!record.IsEmpty || (isRoot && !node.IsDirectory))
        {
            throw SnapshotRecord.Damaged("a record is too long, or the first is no directory");
        }
        _nodes.Add(node);
        if (!isRoot)
        {
            TreeNode parent = _open[depth - 1].Node;
            parent.Children!.Set(name, node);
            _open[depth - 1] = (parent, name.ToArray());
        }
        _open.RemoveRange(depth, _open.Count - depth);
        if (node.IsDirectory)
        {
            _open.Add((node, []));
        }
    }

    private bool IsInOrder(int depth, ReadOnlySpan<byte> name) =>
        depth > 0 && depth <= _open.Count && name.SequenceCompareTo(_open[depth - 1].LastName) > 0
        && !name.ContainsAny((byte)0, (byte)'/') && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);

    private TreeNode ReadNode(ref SnapshotRecord record, int nameLength, bool hasHashes)
    {
        byte head = record.Byte();
        var type = (TarEntryType)('0' + (head & SnapshotFormat.TypeMask));
        if (type == TarEntryType.HardLink)
        {
            TreeNode first = _nodes.Count == 0 ? throw SnapshotRecord.Damaged("it starts with a hardlink") : _nodes[(int)record.Number((ulong)_nodes.Count - 1)];
            if (first.IsDirectory || head != (byte)TarEntryType.HardLink - '0')
            {
                throw SnapshotRecord.Damaged("a hardlink leads to a directory");
            }
            _budget.Take(nameLength, 0, default);
            return first;
        }
        bool isFile = type == TarEntryType.File;
        bool isDirectory = type == TarEntryType.Directory;
        bool isDevice = type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        if (type > TarEntryType.Fifo || (!isFile && (head & SnapshotFormat.HasHash) != 0) || (!isDirectory && (head & SnapshotFormat.IsPassedOver) != 0) || (!hasHashes && (head & SnapshotFormat.HasHash) != 0))
        {
            throw SnapshotRecord.Damaged("a record has a type or flags that are not known");
        }
        var mode = (ushort)record.Number(0xFFF);
        var owner = new FileOwner((uint)record.Number(uint.MaxValue), (uint)record.Number(uint.MaxValue));
        TarTime? time = (head & SnapshotFormat.HasTime) == 0 ? null : ReadTime(ref record);
        long size = isFile ? (long)record.Number(long.MaxValue) : 0;
        ReadOnlySpan<byte> target = type == TarEntryType.SymbolicLink ? record.Bytes(Libc.PATH_MAX - 1) : default;
        if (type == TarEntryType.SymbolicLink && (target.IsEmpty || target.Contains((byte)0)))
        {
            throw SnapshotRecord.Damaged("a symbolic link has no target");
        }
        uint major = isDevice ? (uint)record.Number(uint.MaxValue) : 0;
        uint minor = isDevice ? (uint)record.Number(uint.MaxValue) : 0;
        TarXattr[] xattrs = ReadXattrs(ref record);
        _budget.Take(nameLength, target.Length, xattrs);
        return new TreeNode
        {
            Type = type,
            Mode = mode,
            Owner = owner,
            ModifiedTime = time,
            Size = size,
            LinkTarget = target.ToArray(),
            DevMajor = major,
            DevMinor = minor,
            Xattrs = xattrs,
            ContentHash = (head & SnapshotFormat.HasHash) == 0 ? null : record.Take(SnapshotFormat.HashLength).ToArray(),
            Children = isDirectory ? new TreeChildren() : null,
            IsPassedOver = (head & SnapshotFormat.IsPassedOver) != 0,
        };
    }

    private static TarTime ReadTime(ref SnapshotRecord record)
    {
        ulong zigzag = record.Number(ulong.MaxValue);
        return new TarTime((long)(zigzag >> 1) ^ -(long)(zigzag & 1), (int)record.Number(999_999_999));
    }

    private static TarXattr[] ReadXattrs(ref SnapshotRecord record)
    {
        // Each takes two bytes or more of the record, which bounds what is allocated.
        int count = (int)record.Number(SnapshotFormat.MaxRecordLength / 2);
        var xattrs = new List<TarXattr>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> name = record.Bytes(TreePaths.MaxNameLength);
            if (name.Contains((byte)0) || name.SequenceCompareTo(i == 0 ? default : xattrs[i - 1].Name) <= 0)
            {
                throw SnapshotRecord.Damaged("its attributes are not in order");
            }
            xattrs.Add(new TarXattr(name.ToArray(), record.Bytes(SnapshotFormat.MaxRecordLength).ToArray()));
        }
        return [.. xattrs];
    }

    private async ValueTask<int> ReadLengthAsync(IncrementalHash hash, CancellationToken cancellationToken)
    {
        int length = 0;
        // As short as it can be, so that each snapshot has one form.
        for (int shift = 0; shift < 28; shift += 7)
        {
            await FillAsync(_record.AsMemory(0, 1), hash, cancellationToken).ConfigureAwait(false);
            length |= (_record[0] & 0x7F) << shift;
            if (_record[0] < 0x80)
            {
                bool isShortest = _record[0] != 0 || shift == 0;
                return isShortest && length <= SnapshotFormat.MaxRecordLength ? length : throw SnapshotRecord.Damaged($"a record has {length} bytes");
            }
        }
        throw SnapshotRecord.Damaged("the length of a record is too long");
    }

    /// <summary>Reads as many bytes as a span has.</summary>
    private async ValueTask FillAsync(Memory<byte> destination, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        Memory<byte> left = destination;
        while (!left.IsEmpty)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
                if (_end == 0)
                {
                    throw SnapshotRecord.Damaged("it ends early");
                }
            }
            int count = Math.Min(left.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(left.Span);
            _start += count;
            left = left[count..];
        }
        hash?.AppendData(destination.Span);
    }
}
