using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>The files of an artifact cannot be packed or unpacked as they are.</summary>
public sealed class ArtifactException : OciImageException
{
    internal ArtifactException(string message, string? title = null, Exception? innerException = null)
        : base(message, innerException!) => Title = title;

    /// <summary>The title of the file that it is about, where it is about one.</summary>
    public string? Title { get; }
}
