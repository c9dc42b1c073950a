using System.Runtime.CompilerServices;

namespace Oci.Image.Tar;

/// <summary>Reads the headers before one entry's content: PAX and long-name headers, the entry's own, and sparse maps.</summary>
internal sealed partial class TarHeaderReader(TarInput input, TarReaderOptions options)
{
    private readonly byte[] _block = new byte[TarBlock.Size];
    private readonly byte[] _joinedName = new byte[256];
    private readonly PaxHeader _pax = new();
    private PaxHeader? _global;
    private bool _isExtended;
    private byte[] _paxBytes = [];
    private byte[] _longNameBytes = [];
    private byte[] _longLinkBytes = [];
    private ReadOnlyMemory<byte> _longName;
    private ReadOnlyMemory<byte> _longLink;

    /// <summary>The entry; the same object after each read.</summary>
    public TarEntry Entry { get; } = new();

    /// <summary>Reads the next entry's header where it is in memory and no other header stands before it; else does nothing: see <see cref="ReadAsync"/>.</summary>
    public bool TryReadPlain()
    {
        long offset = input.Position;
        if (!input.TryPeek(TarBlock.Size, out ReadOnlySpan<byte> block)
            || block[TarBlock.TypeFlag] is not (0 or (>= (byte)'0' and <= (byte)'7'))
            || !TarBlock.HasValidChecksum(block[..TarBlock.Size]))
        {
            return false;
        }
        block[..TarBlock.Size].CopyTo(_block);
        input.Advance(TarBlock.Size);
        Clear();
        FillEntry(_block[TarBlock.TypeFlag], offset);
        return true;
    }

    /// <summary>Reads up to the content of the next entry; false at the end of the archive.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        Clear();
        bool expectsEntry = false;
        while (true)
        {
            long offset = input.Position;
            if (!await ReadHeaderBlockAsync(expectsEntry, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
            byte flag = _block[TarBlock.TypeFlag];
            _isExtended |= flag is (byte)'x' or (byte)'L' or (byte)'K';
            switch (flag)
            {
                case (byte)'x':
                    // As in Go's reader, a second header for one entry replaces the first.
                    _pax.Clear();
                    await ReadPaxAsync(offset, cancellationToken).ConfigureAwait(false);
                    expectsEntry = true;
                    break;
                case (byte)'g':
                    await ReadGlobalPaxAsync(offset, cancellationToken).ConfigureAwait(false);
                    break;
                case (byte)'L':
                    (_longNameBytes, _longName) = await ReadLongNameAsync(_longNameBytes, offset, cancellationToken).ConfigureAwait(false);
                    expectsEntry = true;
                    break;
                case (byte)'K':
                    (_longLinkBytes, _longLink) = await ReadLongNameAsync(_longLinkBytes, offset, cancellationToken).ConfigureAwait(false);
                    expectsEntry = true;
                    break;
                default:
                    FillEntry(flag, offset);
                    if (Entry.IsSparse)
                    {
                        await ReadSparseMapAsync(flag, cancellationToken).ConfigureAwait(false);
                    }
                    return true;
            }
        }
    }

    /// <summary>Forgets the headers that stood before the last entry.</summary>
    private void Clear()
    {
        if (_isExtended)
        {
            _pax.Clear();
            _longName = _longLink = default;
            _isExtended = false;
        }
    }

    private async ValueTask<bool> ReadHeaderBlockAsync(bool expectsEntry, CancellationToken cancellationToken)
    {
        long offset = input.Position;
        int read = await input.ReadAsync(_block, cancellationToken).ConfigureAwait(false);
        if (read == 0 && !expectsEntry)
        {
            return false;
        }
        if (read < TarBlock.Size)
        {
            throw new TarFormatException(
                expectsEntry ? "The archive ends where the entry of a PAX or long-name header must follow" : "The archive ends within a header", offset);
        }
        if (!TarBlock.IsZero(_block))
        {
            return TarBlock.HasValidChecksum(_block)
                ? true
                : throw new TarFormatException("A header's checksum is wrong: this is no tar archive, or it is damaged", offset);
        }
        if (expectsEntry)
        {
            throw new TarFormatException("The archive's end marker comes where the entry of a PAX or long-name header must follow", offset);
        }
        read = await input.ReadAsync(_block, cancellationToken).ConfigureAwait(false);
        // A lone zero block at the very end is tolerated. One before more entries would hide them from other readers.
        return read == 0 || (read == TarBlock.Size && TarBlock.IsZero(_block))
            ? false
            : throw new TarFormatException("A block of zeros is followed by something else than the second one that ends an archive", offset);
    }

    private async ValueTask ReadPaxAsync(long offset, CancellationToken cancellationToken)
    {
        int size;
        (_paxBytes, size) = await ReadMetadataAsync(_paxBytes, options.MaxExtendedHeaderSize, nameof(TarReaderOptions.MaxExtendedHeaderSize), offset, cancellationToken).ConfigureAwait(false);
        ThrowIf(_pax.Read(_paxBytes.AsMemory(0, size), isGlobal: false, options), offset);
    }

    private async ValueTask ReadGlobalPaxAsync(long offset, CancellationToken cancellationToken)
    {
        // Its values last for the rest of the archive, so its bytes get an array of their own. A later header's
        // records win over an earlier one's; each is read whole, and archives have at most a few.
        (byte[] bytes, int size) = await ReadMetadataAsync([], options.MaxExtendedHeaderSize, nameof(TarReaderOptions.MaxExtendedHeaderSize), offset, cancellationToken).ConfigureAwait(false);
        _global ??= new PaxHeader();
        ThrowIf(_global.Read(bytes.AsMemory(0, size), isGlobal: true, options), offset);
    }

    private async ValueTask<(byte[] Buffer, ReadOnlyMemory<byte> Name)> ReadLongNameAsync(byte[] buffer, long offset, CancellationToken cancellationToken)
    {
        (buffer, int size) = await ReadMetadataAsync(buffer, options.MaxNameLength, nameof(TarReaderOptions.MaxNameLength), offset, cancellationToken).ConfigureAwait(false);
        return (buffer, TarName.UntilNul(buffer.AsMemory(0, size)));
    }

    private async ValueTask<(byte[] Buffer, int Size)> ReadMetadataAsync(byte[] buffer, int max, string limit, long offset, CancellationToken cancellationToken)
    {
        long size = Field(TarBlock.FileSize, "size", offset);
        if (size < 0 || size > max)
        {
            throw new TarFormatException($"A header of type '{(char)_block[TarBlock.TypeFlag]}' has {size} bytes, but at most {max} are allowed (TarReaderOptions.{limit})", offset);
        }
        int padded = (int)size + TarBlock.PaddingOf(size);
        if (buffer.Length < padded)
        {
            buffer = new byte[Math.Max(padded, Math.Min(buffer.Length * 2, max))];
        }
        if (await input.ReadAsync(buffer.AsMemory(0, padded), cancellationToken).ConfigureAwait(false) < padded)
        {
            throw new TarFormatException($"The archive ends within a header of type '{(char)_block[TarBlock.TypeFlag]}'", offset);
        }
        return (buffer, (int)size);
    }

    private long Field(Range field, string name, long offset) =>
        TarNumber.TryParseField(_block.AsSpan(field), out long value)
            ? value
            : throw new TarFormatException($"The header's {name} is not a number", offset, TarName.ToDisplay(TarName.UntilNul(_block.AsMemory(TarBlock.Name)).Span));

    private static void ThrowIf(string? problem, long offset)
    {
        if (problem is not null)
        {
            throw new TarFormatException(problem, offset);
        }
    }

    private TarFormatException Fail(string problem) => new(problem, Entry.HeaderOffset, Entry.ToString());
}
