namespace Oci.Image.Changes;

/// <summary>A file was changed, replaced or removed while its tree was packed. What was written is torn: pack anew when nothing writes to the tree.</summary>
public sealed class TreeChangedException : OciImageException
{
    internal TreeChangedException(string path, string what, Exception? innerException = null)
        : base($"'{path}' was changed while the tree was packed: {what}. Pack it when nothing writes to it.", innerException) => Path = path;

    /// <summary>The path of the file from the root of the tree, for display.</summary>
    public string Path { get; }
}
