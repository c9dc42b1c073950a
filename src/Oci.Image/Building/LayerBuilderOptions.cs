using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Building;

/// <summary>How a <see cref="LayerBuilder"/> makes a layer.</summary>
public sealed class LayerBuilderOptions
{
    /// <summary>What compresses the layer; <see langword="null"/> to store the archive as it is. Default gzip.</summary>
    public CompressionCodec? Codec { get; set; } = GzipCodec.Default;

    /// <summary>Stores an archive that comes compressed byte for byte, and compresses only a plain one. Default true.</summary>
    /// <remarks>Where false, any archive is decompressed and compressed anew with <see cref="Codec"/>; its DiffID stays the same.</remarks>
    public bool KeepCompression { get; set; } = true;

    /// <summary>Where in the image the content of a directory goes, such as <c>srv/www</c>. Default empty: the root of the image.</summary>
    public string TargetPath { get; set; } = "";

    /// <summary>Writes entries for the directories on the way to what is added: mode 0755, owner 0, and a time of 1970. Default true.</summary>
    /// <remarks>
    /// A layer's entry for a directory replaces what the layers below have under that name. Where a base has a symbolic
    /// link there, as Debian's <c>/bin</c> is one, or other rights, as <c>/tmp</c> has, turn this off: missing
    /// directories are then made when the image is unpacked.
    /// </remarks>
    public bool AddParents { get; set; } = true;

    /// <summary>How a directory is packed; <see langword="null"/> for the defaults.</summary>
    public PackOptions? Pack { get; set; }

    /// <summary>The limits that an archive must keep to, and what decompresses it; <see langword="null"/> for the defaults.</summary>
    public LayerReaderOptions? Archive { get; set; }

    internal LayerBuilderOptions Copy()
    {
        var copy = (LayerBuilderOptions)MemberwiseClone();
        copy.Pack = Pack?.Copy();
        copy.Archive = Archive?.Copy();
        return copy;
    }
}
