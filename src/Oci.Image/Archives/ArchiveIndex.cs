using System.Text;
using Oci.Image.Tar;

namespace Oci.Image.Archives;

/// <summary>What files a tar has and where they lie, with its links. A name that comes twice means the later entry, as for tar itself.</summary>
internal sealed class ArchiveIndex
{
    // Linux follows as many (path_resolution(7)); docker save uses one.
    private const int MaxLinks = 40;

    private readonly Dictionary<string, ArchiveEntry> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <summary>The names of all files, links not among them.</summary>
    public IReadOnlyCollection<string> Names => _files.Keys;

    public static async Task<ArchiveIndex> ReadAsync(string path, Stream tar, ArchiveOptions options, CancellationToken cancellationToken)
    {
        var index = new ArchiveIndex();
        int count = 0;
        long namesSize = 0;
        var reader = new TarReader(tar, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (++count > options.MaxEntries)
                {
                    throw new ArchiveException($"{path} has more than {options.MaxEntries} entries. Raise {nameof(ArchiveOptions)}.{nameof(ArchiveOptions.MaxEntries)} if you trust it.", path);
                }
                namesSize += reader.Entry.Name.Length + reader.Entry.LinkName.Length;
                if (namesSize > options.MaxNamesSize)
                {
                    throw new ArchiveException($"{path} has names of more than {options.MaxNamesSize} bytes together. Raise {nameof(ArchiveOptions)}.{nameof(ArchiveOptions.MaxNamesSize)} if you trust it.", path);
                }
                index.Add(reader);
            }
        }
        return index;
    }

    public ArchiveEntry? Find(string name)
    {
        string? normal = Normalize("", name);
        for (int followed = 0; normal is not null && followed <= MaxLinks; followed++)
        {
            if (_files.TryGetValue(normal, out ArchiveEntry entry))
            {
                return entry;
            }
            normal = _links.GetValueOrDefault(normal);
        }
        return null;
    }

    private void Add(TarReader reader)
    {
        TarEntry entry = reader.Entry;
        if (Normalize("", Encoding.UTF8.GetString(entry.Name)) is not string name)
        {
            return;
        }
        _files.Remove(name);
        _links.Remove(name);
        switch (entry.Type)
        {
            // The holes of a sparse file are not in the archive, so it is no slice of it. No tool writes images so.
            case TarEntryType.File when !entry.IsSparse:
                _files[name] = new ArchiveEntry(reader.Position, entry.Size);
                break;
            case TarEntryType.SymbolicLink when Normalize(ParentOf(name), Encoding.UTF8.GetString(entry.LinkName)) is string target:
                _links[name] = target;
                break;
            case TarEntryType.HardLink when Normalize("", Encoding.UTF8.GetString(entry.LinkName)) is string target:
                _links[name] = target;
                break;
        }
    }

    private static string ParentOf(string name) => name.LastIndexOf('/') is >= 0 and int slash ? name[..slash] : "";

    // Names are keys of a table and no more; those that leave the archive's root mean nothing.
    private static string? Normalize(string parent, string name)
    {
        var parts = new List<string>(name.StartsWith('/') ? [] : parent.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }
        return parts.Count == 0 ? null : string.Join('/', parts);
    }
}
