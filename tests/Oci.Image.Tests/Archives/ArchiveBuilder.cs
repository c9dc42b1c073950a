using System.Formats.Tar;
using System.IO.Compression;

namespace Oci.Image.Tests.Archives;

/// <summary>Makes tars with the BCL's writer, so that ours is not judged by itself.</summary>
internal sealed class ArchiveBuilder : IDisposable
{
    private readonly MemoryStream _tar = new();
    private readonly TarWriter _writer;

    public ArchiveBuilder() => _writer = new TarWriter(_tar, TarEntryFormat.Pax, leaveOpen: true);

    public ArchiveBuilder File(string name, byte[] content)
    {
        _writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return this;
    }

    public ArchiveBuilder File(string name, string content) => File(name, System.Text.Encoding.UTF8.GetBytes(content));

    public ArchiveBuilder Symlink(string name, string target)
    {
        _writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });
        return this;
    }

    public ArchiveBuilder Hardlink(string name, string target)
    {
        _writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target });
        return this;
    }

    public byte[] ToArray()
    {
        _writer.Dispose();
        return _tar.ToArray();
    }

    public string Save(string path, bool gzip = false)
    {
        using FileStream file = System.IO.File.Create(path);
        using Stream stream = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(ToArray());
        return path;
    }

    public void Dispose() => _writer.Dispose();
}
