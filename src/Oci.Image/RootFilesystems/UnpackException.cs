namespace Oci.Image.RootFilesystems;

/// <summary>A layer could not be unpacked: an entry that is refused, a limit, or an error of the file system.</summary>
/// <remarks>
/// Unless <see cref="UnpackOptions.KeepOnFailure"/> is set, all that was unpacked has been removed when it is
/// thrown. Damaged layers are a <see cref="Tar.TarFormatException"/> or a <see cref="ContentMismatchException"/>.
/// </remarks>
public sealed class UnpackException : OciImageException
{
    internal UnpackException(UnpackFailure failure, string message, string? entryName = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        EntryName = entryName;
    }

    /// <summary>Says of which entry and layer a refusal is.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="entryName">Null where it is of a directory, when all entries are unpacked.</param>
    /// <param name="layer">The layer's digest; null where no layer is at fault.</param>
    /// <param name="layerIndex">The index of that layer.</param>
    internal static UnpackException Of(UnpackRefusal refusal, string? entryName, Digest? layer, int layerIndex)
    {
        string entry = entryName is null ? "A directory" : $"The entry '{entryName}'";
        string of = layer is null ? "" : $" of layer {layerIndex} ({layer})";
        return new UnpackException(refusal.Failure, $"{entry}{of} {refusal.Message.TrimEnd('.')}.", entryName, refusal.InnerException)
        {
            LayerIndex = layer is null ? null : layerIndex,
            Layer = layer,
        };
    }

    internal static UnpackException NotEmpty(string directory) =>
        new(UnpackFailure.TargetNotEmpty, $"The directory '{directory}' is not empty: an image is unpacked into an empty or a new one. Choose another, or empty it.");

    internal static UnpackException NoTarget(string directory, Exception cause) =>
        new(UnpackFailure.FileSystem, $"The directory '{directory}' cannot be unpacked into: {cause.Message}", innerException: cause);

    /// <summary>Why the unpack stopped.</summary>
    public UnpackFailure Failure { get; }

    /// <summary>The name of the entry at fault, for display: bytes that are not text are escaped. Null where no single entry is at fault.</summary>
    public string? EntryName { get; }

    /// <summary>The index of the layer at fault, the lowest being 0; null where no layer is.</summary>
    public int? LayerIndex { get; internal init; }

    /// <summary>The digest of the layer's blob; null where no layer is at fault.</summary>
    public Digest? Layer { get; internal init; }
}
