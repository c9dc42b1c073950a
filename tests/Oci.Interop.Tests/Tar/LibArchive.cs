using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Oci.Interop.Tests.Tar;

/// <summary>The reader of bsdtar, which is libarchive: asked in this process, so that thousands of archives can be compared.</summary>
internal static unsafe partial class LibArchive
{
    private const string Library = "libarchive.so.13";
    private const int ARCHIVE_EOF = 1;
    private const int ARCHIVE_OK = 0;
    private const int ARCHIVE_WARN = -20;
    private const int MaxEntries = 1000;

    public static bool IsPresent { get; } = NativeLibrary.TryLoad(Library, out _);

    public static TarListing Read(byte[] bytes)
    {
        nint archive = archive_read_new();
        nint entry = archive_entry_new();
        try
        {
            archive_read_support_format_tar(archive);
            fixed (byte* data = bytes)
            {
                return archive_read_open_memory(archive, data, (nuint)bytes.Length) == ARCHIVE_OK
                    ? Read(archive, entry)
                    : new TarListing([], Error(archive));
            }
        }
        finally
        {
            archive_entry_free(entry);
            archive_read_free(archive);
        }
    }

    private static TarListing Read(nint archive, nint entry)
    {
        var entries = new List<TarListing.Item>();
        while (entries.Count < MaxEntries)
        {
            int result = archive_read_next_header2(archive, entry);
            if (result == ARCHIVE_EOF)
            {
                return new TarListing(entries, Refusal: null);
            }
            // A warning is what bsdtar ends with exit code 1 for: it does not trust its own reading.
            if (result != ARCHIVE_OK && !(result == ARCHIVE_WARN && Error(archive).Contains("can't be converted", StringComparison.Ordinal)))
            {
                return new TarListing(entries, Error(archive));
            }
            TarListing.Item item = Describe(entry);
            if (Hash(archive, entry) is not string content)
            {
                return new TarListing(entries, Error(archive));
            }
            item["content"] = content;
            entries.Add(item);
        }
        return new TarListing(entries, "has too many entries");
    }

    private static TarListing.Item Describe(nint entry)
    {
        string hardlink = Text(archive_entry_hardlink(entry));
        string symlink = Text(archive_entry_symlink(entry));
        uint type = archive_entry_filetype(entry);
        bool isDevice = type is 0x2000 or 0x6000;
        return new TarListing.Item
        {
            ["type"] = hardlink.Length > 0 ? "HardLink" : type switch { 0x8000 => "File", 0xa000 => "SymbolicLink", 0x4000 => "Directory", 0x2000 => "CharacterDevice", 0x6000 => "BlockDevice", 0x1000 => "Fifo", _ => $"{type:x}" },
            ["name"] = Text(archive_entry_pathname(entry)),
            ["mode"] = Convert.ToString(archive_entry_perm(entry) & 0xfff, 8),
            ["uid"] = $"{archive_entry_uid(entry)}",
            ["gid"] = $"{archive_entry_gid(entry)}",
            ["size"] = $"{archive_entry_size(entry)}",
            ["mtime"] = $"{archive_entry_mtime(entry)}.{archive_entry_mtime_nsec(entry):D9}",
            ["link"] = hardlink.Length > 0 ? hardlink : symlink,
            ["device"] = isDevice ? $"{archive_entry_rdevmajor(entry)}:{archive_entry_rdevminor(entry)}" : "0:0",
            ["xattrs"] = Xattrs(entry),
        };
    }

    private static string Xattrs(nint entry)
    {
        var xattrs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        archive_entry_xattr_reset(entry);
        while (archive_entry_xattr_next(entry, out byte* name, out byte* value, out nuint size) == ARCHIVE_OK)
        {
            xattrs[Text(name)] = TarListing.Show(new ReadOnlySpan<byte>(value, (int)size));
        }
        return string.Join(',', xattrs.Select(pair => $"{pair.Key}:{pair.Value}"));
    }

    /// <summary>A hash of the content with its holes; null where it cannot be read.</summary>
    private static string? Hash(nint archive, nint entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (archive_entry_size(entry) <= 1 << 20)
        {
            var buffer = new byte[8192];
            while (true)
            {
                nint read;
                fixed (byte* to = buffer)
                {
                    read = archive_read_data(archive, to, (nuint)buffer.Length);
                }
                if (read < 0)
                {
                    return null;
                }
                if (read == 0)
                {
                    break;
                }
                hash.AppendData(buffer, 0, (int)read);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static string Text(byte* text) => text is null ? "" : TarListing.Show(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private static string Error(nint archive) => archive_error_string(archive) is var text && text is null ? "refused" : Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(archive_error_string(archive)));

    [LibraryImport(Library)] private static partial nint archive_read_new();
    [LibraryImport(Library)] private static partial int archive_read_support_format_tar(nint archive);
    [LibraryImport(Library)] private static partial int archive_read_open_memory(nint archive, byte* data, nuint size);
    [LibraryImport(Library)] private static partial int archive_read_next_header2(nint archive, nint entry);
    [LibraryImport(Library)] private static partial nint archive_read_data(nint archive, byte* to, nuint size);
    [LibraryImport(Library)] private static partial int archive_read_free(nint archive);
    [LibraryImport(Library)] private static partial byte* archive_error_string(nint archive);
    [LibraryImport(Library)] private static partial nint archive_entry_new();
    [LibraryImport(Library)] private static partial void archive_entry_free(nint entry);
    [LibraryImport(Library)] private static partial byte* archive_entry_pathname(nint entry);
    [LibraryImport(Library)] private static partial byte* archive_entry_hardlink(nint entry);
    [LibraryImport(Library)] private static partial byte* archive_entry_symlink(nint entry);
    [LibraryImport(Library)] private static partial uint archive_entry_filetype(nint entry);
    [LibraryImport(Library)] private static partial uint archive_entry_perm(nint entry);
    [LibraryImport(Library)] private static partial long archive_entry_uid(nint entry);
    [LibraryImport(Library)] private static partial long archive_entry_gid(nint entry);
    [LibraryImport(Library)] private static partial long archive_entry_size(nint entry);
    [LibraryImport(Library)] private static partial long archive_entry_mtime(nint entry);
    [LibraryImport(Library)] private static partial nint archive_entry_mtime_nsec(nint entry);
    [LibraryImport(Library)] private static partial nuint archive_entry_rdevmajor(nint entry);
    [LibraryImport(Library)] private static partial nuint archive_entry_rdevminor(nint entry);
    [LibraryImport(Library)] private static partial int archive_entry_xattr_reset(nint entry);
    [LibraryImport(Library)] private static partial int archive_entry_xattr_next(nint entry, out byte* name, out byte* value, out nuint size);
}
