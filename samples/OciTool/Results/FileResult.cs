using System.Globalization;
using System.Text.Json.Serialization;
using Oci.Image.Changes;
using Oci.Image.Tar;

namespace OciTool.Results;

/// <summary>A file of an image.</summary>
internal sealed record FileResult
{
    /// <summary>The path from the root, without a slash at its start.</summary>
    public required string Path { get; init; }

    /// <summary><c>file</c>, <c>directory</c>, <c>symlink</c>, <c>hardlink</c>, <c>char</c>, <c>block</c>, <c>fifo</c>; in a layer also <c>whiteout</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The mode in octal, such as <c>0755</c>.</summary>
    public required string Mode { get; init; }

    public required long Uid { get; init; }

    public required long Gid { get; init; }

    public required long Size { get; init; }

    public DateTimeOffset? Modified { get; init; }

    /// <summary>Where a link leads.</summary>
    public string? Target { get; init; }

    /// <summary>The numbers of a device.</summary>
    public string? Device { get; init; }

    [JsonIgnore]
    private int ModeBits { get; init; }

    public static FileResult Of(TreeEntry entry) => new()
    {
        Path = entry.Path,
        Type = TypeName(entry.Type),
        ModeBits = entry.Mode,
        Mode = Octal(entry.Mode),
        Uid = entry.Owner.Uid,
        Gid = entry.Owner.Gid,
        Size = entry.Size,
        Modified = Time(entry.ModifiedTime),
        Target = entry.LinkTarget.IsEmpty ? null : FileName.ToText(entry.LinkTarget.Span),
        Device = DeviceText(entry.Type, entry.DevMajor, entry.DevMinor),
    };

    public static FileResult Of(TarEntry entry)
    {
        string path = FileName.ToText(entry.Name).TrimEnd('/');
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        return new FileResult
        {
            Path = path.Length == 0 ? "." : path,
            Type = System.IO.Path.GetFileName(path).StartsWith(".wh.", StringComparison.Ordinal) ? "whiteout" : TypeName(entry.Type),
            ModeBits = entry.Mode,
            Mode = Octal(entry.Mode),
            Uid = entry.Uid,
            Gid = entry.Gid,
            Size = entry.Size,
            Modified = Time(entry.ModifiedTime),
            Target = entry.LinkName.IsEmpty ? null : FileName.ToText(entry.LinkName),
            Device = DeviceText(entry.Type, entry.DevMajor, entry.DevMinor),
        };
    }

    /// <summary>As <c>ls -l</c> has it, with a column for owners and one for sizes.</summary>
    public string ToLine(int ownerWidth, int sizeWidth)
    {
        string time = Modified?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";
        string arrow = Target is null ? "" : Type == "hardlink" ? $" link to {Target}" : $" -> {Target}";
        return $"{Letters()}  {Owner.PadRight(ownerWidth)}  {SizeText.PadLeft(sizeWidth)}  {time,16}  {Path}{arrow}";
    }

    [JsonIgnore]
    public string Owner => $"{Uid}:{Gid}";

    [JsonIgnore]
    public string SizeText => Device ?? Size.ToString(CultureInfo.InvariantCulture);

    private static string Octal(int mode) => $"0{Convert.ToString(mode & 0xFFF, 8).PadLeft(3, '0')}";

    private static string? DeviceText(TarEntryType type, uint major, uint minor) =>
        type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice ? $"{major},{minor}" : null;

    private static string TypeName(TarEntryType type) => type switch
    {
        TarEntryType.Directory => "directory",
        TarEntryType.SymbolicLink => "symlink",
        TarEntryType.HardLink => "hardlink",
        TarEntryType.CharacterDevice => "char",
        TarEntryType.BlockDevice => "block",
        TarEntryType.Fifo => "fifo",
        _ => "file",
    };

    // A time that .NET cannot say is no reason to fail a listing.
    private static DateTimeOffset? Time(TarTime? time) =>
        time is TarTime t && t.Seconds is > -62_135_596_800 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(t.Seconds).AddTicks(t.Nanoseconds / 100) : null;

    private string Letters()
    {
        char kind = Type switch { "directory" => 'd', "symlink" => 'l', "hardlink" => 'h', "char" => 'c', "block" => 'b', "fifo" => 'p', "whiteout" => 'w', _ => '-' };
        Span<char> letters = [kind, .. "rwxrwxrwx"];
        for (int bit = 0; bit < 9; bit++)
        {
            if ((ModeBits & (1 << (8 - bit))) == 0)
            {
                letters[bit + 1] = '-';
            }
        }
        Special(letters, 3, 0x800, 's');
        Special(letters, 6, 0x400, 's');
        Special(letters, 9, 0x200, 't');
        return letters.ToString();
    }

    // setuid, setgid and sticky stand where x does, in capitals without it (ls(1)).
    private void Special(Span<char> letters, int at, int bit, char letter)
    {
        if ((ModeBits & bit) != 0)
        {
            letters[at] = letters[at] == 'x' ? letter : char.ToUpperInvariant(letter);
        }
    }
}
