using System.Buffers;
using System.Security.Cryptography;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Saves a snapshot: see <see cref="SnapshotFormat"/>.</summary>
internal sealed class SnapshotWriter(Stream stream)
{
    private const int ChunkSize = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _record = new(256);
    private readonly ArrayBufferWriter<byte> _output = new(ChunkSize * 2);
    private readonly Dictionary<TreeNode, long> _links = [];

    public async Task WriteAsync(TreeSnapshot snapshot, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _output.Write(SnapshotFormat.Magic);
        _output.Write([snapshot.HasContentDigests ? SnapshotFormat.HasContentDigests : (byte)0]);
        long index = 0;
        foreach (TreeStep step in TreeWalk.Enumerate(snapshot.Root))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _record.ResetWrittenCount();
            Fill(step, index++);
            if (_record.WrittenCount > SnapshotFormat.MaxRecordLength)
            {
                throw new OciImageException($"The attributes of '{TarName.ToDisplay(step.Name)}' take {_record.WrittenCount} bytes, but {SnapshotFormat.MaxRecordLength} are the most that a snapshot or a layer can hold.");
            }
            Number(_output, (ulong)_record.WrittenCount);
            _output.Write(_record.WrittenSpan);
            if (_output.WrittenCount >= ChunkSize)
            {
                await FlushAsync(hash, cancellationToken).ConfigureAwait(false);
            }
        }
        Number(_output, 0);
        await FlushAsync(hash, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(hash.GetHashAndReset(), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(IncrementalHash hash, CancellationToken cancellationToken)
    {
        hash.AppendData(_output.WrittenSpan);
        await stream.WriteAsync(_output.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _output.ResetWrittenCount();
    }

    private void Fill(TreeStep step, long index)
    {
        TreeNode node = step.Node;
        Number(_record, (ulong)step.Depth);
        Bytes(step.Name);
        if (node.NameCount > 1 && !_links.TryAdd(node, index))
        {
            Byte((byte)TarEntryType.HardLink - '0');
            Number(_record, (ulong)_links[node]);
            return;
        }
        Byte((((byte)node.Type - '0')
            | (node.ModifiedTime is null ? 0 : SnapshotFormat.HasTime)
            | (node.ContentHash is null ? 0 : SnapshotFormat.HasHash)
            | (node.IsPassedOver ? SnapshotFormat.IsPassedOver : 0)));
        Number(_record, node.Mode);
        Number(_record, node.Owner.Uid);
        Number(_record, node.Owner.Gid);
        if (node.ModifiedTime is TarTime time)
        {
            Number(_record, (ulong)((time.Seconds << 1) ^ (time.Seconds >> 63)));
            Number(_record, (ulong)time.Nanoseconds);
        }
        switch (node.Type)
        {
            case TarEntryType.File:
                Number(_record, (ulong)node.Size);
                break;
            case TarEntryType.SymbolicLink:
                Bytes(node.LinkTarget);
                break;
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice:
                Number(_record, node.DevMajor);
                Number(_record, node.DevMinor);
                break;
        }
        Number(_record, (ulong)node.Xattrs.Length);
        foreach (TarXattr xattr in node.Xattrs)
        {
            Bytes(xattr.Name);
            Bytes(xattr.Value);
        }
        _record.Write(node.ContentHash);
    }

    private void Byte(int value)
    {
        _record.GetSpan(1)[0] = (byte)value;
        _record.Advance(1);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(_record, (ulong)bytes.Length);
        _record.Write(bytes);
    }

    private static void Number(ArrayBufferWriter<byte> output, ulong value)
    {
        Span<byte> span = output.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }
        span[length++] = (byte)value;
        output.Advance(length);
    }
}
