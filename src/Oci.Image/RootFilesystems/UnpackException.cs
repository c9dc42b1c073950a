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

    /// <summary>Why the unpack stopped.</summary>
    public UnpackFailure Failure { get; }

    /// <summary>The name of the entry at fault, for display: bytes that are not text are escaped. Null where no single entry is at fault.</summary>
    public string? EntryName { get; }

    /// <summary>The index of the layer at fault, the lowest being 0; null where no layer is.</summary>
    public int? LayerIndex { get; internal init; }

    /// <summary>The digest of the layer's blob; null where no layer is at fault.</summary>
    public Digest? Layer { get; internal init; }
}
