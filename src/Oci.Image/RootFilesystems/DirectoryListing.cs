using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>The names in a directory, sorted by their bytes, so that every machine and file system gives one order.</summary>
internal sealed class DirectoryListing
{
    private const int BufferSize = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly List<(Range Name, byte Type)> _entries = [];

    private DirectoryListing()
    {
    }

    public int Count => _entries.Count;

    /// <summary>Reads a directory from its start.</summary>
    public static DirectoryListing Read(SafeFileHandle directory, string path)
    {
        var listing = new DirectoryListing();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                Libc.Getdents64(directory, buffer, out int length).ThrowIfFailed("getdents64", path);
                if (length == 0)
                {
                    break;
                }
                var records = new DirectoryRecords(buffer.AsSpan(0, length));
                while (records.MoveNext())
                {
                    int start = listing._bytes.WrittenCount;
                    listing._bytes.Write(records.Name);
                    listing._entries.Add((start..listing._bytes.WrittenCount, records.Type));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        listing._entries.Sort((a, b) => listing._bytes.WrittenSpan[a.Name].SequenceCompareTo(listing._bytes.WrittenSpan[b.Name]));
        return listing;
    }

    /// <summary>A name, ended by NUL.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.WrittenSpan[_entries[index].Name];

    /// <summary>What the directory says that a name is: DT_REG and so on, or DT_UNKNOWN. It may have changed since.</summary>
    public byte GetType(int index) => _entries[index].Type;
}
