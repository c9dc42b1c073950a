using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Builds layers by hand, as hostile as a test wants them, and unpacks them.</summary>
internal sealed class LayerBytes
{
    private readonly TarBytes _tar = new();

    public LayerBytes Directory(string name, string mode = "0000755") => Add(name, '5', mode);

    public LayerBytes File(string name, string content = "", string mode = "0000644") => Add(name, '0', mode, TarBytes.Ascii(content));

    public LayerBytes SymbolicLink(string name, string target) => Add(name, '2', "0000777", link: target);

    public LayerBytes HardLink(string name, string target) => Add(name, '1', "0000644", link: target);

    public LayerBytes Fifo(string name, string mode = "0000600") => Add(name, '6', mode);

    public LayerBytes Pax(params (string Key, string Value)[] records)
    {
        _tar.Pax(records);
        return this;
    }

    public LayerBytes Add(string name, char type, string mode, byte[]? content = null, string link = "", string owner = "0000000", string device = "0000000")
    {
        _tar.Add(name, type, content, link, change: block =>
        {
            TarBytes.Put(block, 100, mode);
            TarBytes.Put(block, 108, owner);
            TarBytes.Put(block, 116, owner);
            if (type is '3' or '4')
            {
                TarBytes.Put(block, 329, device);
                TarBytes.Put(block, 337, device);
            }
        });
        return this;
    }

    public byte[] ToArray()
    {
        _tar.End();
        return _tar.ToArray();
    }

    public Stream ToStream() => new MemoryStream(ToArray());

    /// <summary>Unpacks layers, the lowest first.</summary>
    public static Task<UnpackResult> UnpackAsync(string directory, UnpackOptions? options, params LayerBytes[] layers) =>
        new ImageUnpacker(options).UnpackTarsAsync([.. layers.Select(layer => layer.ToStream())], directory);

    public static Task<UnpackResult> UnpackAsync(string directory, params LayerBytes[] layers) =>
        UnpackAsync(directory, options: null, layers);

    /// <summary>All that is below a directory: its path, with a slash for directories and the target for links, sorted ordinally.</summary>
    public static string[] List(string directory)
    {
        var names = new List<string>();
        Walk(new DirectoryInfo(directory), "");
        names.Sort(string.CompareOrdinal);
        return [.. names];

        void Walk(DirectoryInfo at, string prefix)
        {
            foreach (FileSystemInfo info in at.EnumerateFileSystemInfos())
            {
                string name = prefix + info.Name;
                if (info.LinkTarget is string target)
                {
                    names.Add($"{name} -> {target}");
                }
                else if (info is DirectoryInfo child)
                {
                    names.Add(name + "/");
                    Walk(child, name + "/");
                }
                else
                {
                    names.Add(name);
                }
            }
        }
    }
}
