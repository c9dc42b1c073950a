using System.Security.Cryptography;
using System.Text;
using Oci.Image.Tar;

namespace Oci.Interop.Tests.Tar;

/// <summary>What one reader makes of an archive: its entries, or why it refuses.</summary>
internal sealed record TarListing(IReadOnlyList<TarListing.Item> Entries, string? Refusal)
{
    /// <summary>The attributes of an entry by name, as text that can be compared.</summary>
    internal sealed class Item : SortedDictionary<string, string>
    {
        public Item() : base(StringComparer.Ordinal)
        {
        }

        public override string ToString() => string.Join(' ', this.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    /// <summary>Bytes as text, printable whatever they are.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            text.Append(b is > 0x20 and < 0x7f and not (byte)'\\' ? ((char)b).ToString() : $"\\{b:x2}");
        }
        return text.ToString();
    }

    /// <summary>What our reader makes of it.</summary>
    public static async Task<TarListing> ReadAsync(byte[] archive)
    {
        var entries = new List<Item>();
        try
        {
            await using var reader = new TarReader(new MemoryStream(archive));
            while (await reader.ReadAsync())
            {
                if (!Enum.IsDefined(reader.Entry.Type))
                {
                    // The reader leaves it to its caller, and the unpacker is the one that counts.
                    return new TarListing(entries, "The entry has a type which no layer can have");
                }
                entries.Add(await DescribeAsync(reader));
            }
            return new TarListing(entries, Refusal: null);
        }
        catch (TarFormatException exception)
        {
            return new TarListing(entries, exception.Message);
        }
    }

    private static async Task<Item> DescribeAsync(TarReader reader)
    {
        Item item = Describe(reader.Entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[8192];
        // A made-up size of exabytes is not hashed.
        for (long left = reader.Entry.Size > 1 << 20 ? 0 : long.MaxValue; left > 0;)
        {
            int read = await reader.ReadContentAsync(buffer);
            if (read == 0)
            {
                break;
            }
            hash.AppendData(buffer, 0, read);
        }
        item["content"] = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        return item;
    }

    private static Item Describe(TarEntry entry)
    {
        var item = new Item
        {
            ["type"] = entry.Type.ToString(),
            ["name"] = Show(entry.Name),
            ["mode"] = Convert.ToString(entry.Mode, 8),
            ["uid"] = $"{entry.Uid}",
            ["gid"] = $"{entry.Gid}",
            ["size"] = $"{entry.Size}",
            ["mtime"] = $"{entry.ModifiedTime.Seconds}.{entry.ModifiedTime.Nanoseconds:D9}",
            ["link"] = Show(entry.LinkName),
            ["device"] = $"{entry.DevMajor}:{entry.DevMinor}",
        };
        var xattrs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (TarXattr xattr in entry.Xattrs)
        {
            xattrs[Show(xattr.Name)] = Show(xattr.Value);
        }
        item["xattrs"] = string.Join(',', xattrs.Select(pair => $"{pair.Key}:{pair.Value}"));
        return item;
    }
}
