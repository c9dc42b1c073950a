using Oci.Image.Layers;

namespace Oci.Image.Archives;

/// <summary>What a <see cref="DockerArchiveWriter"/> writes, and how it reads the layers that it expands.</summary>
public sealed class DockerArchiveWriterOptions
{
    /// <summary>
    /// True, the default, to write what Docker before 1.10 read as well: <c>repositories</c>, and for every layer a
    /// directory with <c>VERSION</c>, <c>json</c> and a link to the layer. docker, podman and skopeo write it to this day.
    /// </summary>
    public bool IncludeLegacyFiles { get; set; } = true;

    /// <summary>Limits and codecs for the layers; <see langword="null"/> for the defaults of <see cref="LayerReader"/>.</summary>
    public LayerReaderOptions? Layers { get; set; }

    internal DockerArchiveWriterOptions Copy()
    {
        var copy = (DockerArchiveWriterOptions)MemberwiseClone();
        copy.Layers = (Layers ?? LayerReaderOptions.Default).Copy();
        return copy;
    }
}
