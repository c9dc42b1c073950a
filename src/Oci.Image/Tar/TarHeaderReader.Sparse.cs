namespace Oci.Image.Tar;

/// <content>The maps of sparse files (GNU tar manual, "Storing Sparse Files").</content>
internal sealed partial class TarHeaderReader
{
    // "Number, newline" of a PAX 1.0 map: twenty bytes hold any long.
    private const int MaxMapNumberLength = 20;

    private readonly SparseMap _storedMap = new();
    private long? _gnuRealSize;
    private int _mapBlockUsed;
    private long _mapBytesLeft;

    private async ValueTask ReadSparseMapAsync(byte flag, CancellationToken cancellationToken)
    {
        SparseMap map;
        PaxSparse pax = _pax.Sparse;
        if (flag == 'S')
        {
            map = await ReadGnuMapAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!pax.IsKnownVersion)
        {
            throw Fail("The entry is sparse in a form that is not known here (0.0, 0.1 and 1.0 are)");
        }
        else if (pax.IsMapInContent)
        {
            map = await ReadStoredMapAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            map = pax.HasMap ? pax.Map : throw Fail("The entry is sparse but has no map");
        }
        Entry.Size = (flag == 'S' ? _gnuRealSize : pax.RealSize) ?? throw Fail("The entry is sparse but its real size is missing");
        Entry.SparseSegmentsMemory = map.Segments;
        if (map.Check(Entry.Size, Entry.StoredSize) is string problem)
        {
            throw Fail(problem);
        }
    }

    private async ValueTask<SparseMap> ReadGnuMapAsync(CancellationToken cancellationToken)
    {
        _storedMap.Clear();
        _gnuRealSize = Field(TarBlock.GnuRealSize, "real size", Entry.HeaderOffset);
        bool isExtended = _block[TarBlock.GnuIsExtended] != 0;
        AddGnuPairs(TarBlock.GnuSparse);
        if (isExtended)
        {
            // The name's bytes may lie in the header block, which the extension blocks now overwrite.
            KeepNames();
        }
        while (isExtended)
        {
            await ReadMapBlockAsync(cancellationToken).ConfigureAwait(false);
            isExtended = _block[TarBlock.GnuExtensionIsExtended] != 0;
            AddGnuPairs(TarBlock.GnuExtension);
        }
        return _storedMap;
    }

    private void AddGnuPairs(Range where)
    {
        for (ReadOnlySpan<byte> pairs = _block.AsSpan(where); !pairs.IsEmpty; pairs = pairs[24..])
        {
            if (pairs[0] == 0)
            {
                return;
            }
            if (!TarNumber.TryParseField(pairs[..12], out long offset) || !TarNumber.TryParseField(pairs[12..24], out long length))
            {
                throw Fail("A sparse map has an offset or length that is not a number");
            }
            if (_storedMap.Add(offset, length, options) is string problem)
            {
                throw Fail(problem);
            }
        }
    }

    private async ValueTask<SparseMap> ReadStoredMapAsync(CancellationToken cancellationToken)
    {
        KeepNames();
        _storedMap.Clear();
        _mapBytesLeft = Entry.StoredSize;
        _mapBlockUsed = TarBlock.Size;
        long count = await ReadMapNumberAsync(cancellationToken).ConfigureAwait(false);
        for (; count > 0; count--)
        {
            long offset = await ReadMapNumberAsync(cancellationToken).ConfigureAwait(false);
            long length = await ReadMapNumberAsync(cancellationToken).ConfigureAwait(false);
            if (_storedMap.Add(offset, length, options) is string problem)
            {
                throw Fail(problem);
            }
        }
        // The map is padded to a block, and counts as content.
        Entry.StoredSize = _mapBytesLeft;
        return _storedMap;
    }

    private async ValueTask<long> ReadMapNumberAsync(CancellationToken cancellationToken)
    {
        long number = 0;
        for (int i = 0; i < MaxMapNumberLength; i++)
        {
            if (_mapBlockUsed == TarBlock.Size)
            {
                if (_mapBytesLeft < TarBlock.Size)
                {
                    throw Fail("A sparse map reaches beyond the stored content");
                }
                await ReadMapBlockAsync(cancellationToken).ConfigureAwait(false);
                _mapBytesLeft -= TarBlock.Size;
                _mapBlockUsed = 0;
            }
            int digit = _block[_mapBlockUsed++] - '0';
            if (digit == '\n' - '0' && i > 0)
            {
                return number;
            }
            if (digit is < 0 or > 9 || number > (long.MaxValue - digit) / 10)
            {
                break;
            }
            number = number * 10 + digit;
        }
        throw Fail("A sparse map has an offset or length that is not a number");
    }

    private async ValueTask ReadMapBlockAsync(CancellationToken cancellationToken)
    {
        if (await input.ReadAsync(_block, cancellationToken).ConfigureAwait(false) < TarBlock.Size)
        {
            throw Fail("The archive ends within a sparse map");
        }
    }

    private void KeepNames()
    {
        Entry.NameMemory = Keep(Entry.NameMemory);
        Entry.LinkNameMemory = Keep(Entry.LinkNameMemory);
        Entry.UserNameMemory = Keep(Entry.UserNameMemory);
        Entry.GroupNameMemory = Keep(Entry.GroupNameMemory);
    }

    // Few entries are sparse: here a copy may be made.
    private static ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> name) => name.ToArray();
}
