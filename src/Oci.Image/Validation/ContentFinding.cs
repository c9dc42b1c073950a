namespace Oci.Image.Validation;

/// <summary>Content that is missing, or is not what it should be.</summary>
/// <param name="Content">What was to be read.</param>
/// <param name="Cause">What reading it gave: <see cref="ContentNotFoundException"/>, <see cref="ContentMismatchException"/>,
/// <see cref="InvalidDocumentException"/>, <see cref="Tar.TarFormatException"/> or another <see cref="OciImageException"/>;
/// <see cref="NotSupportedException"/> where the digest's algorithm cannot be computed.</param>
public sealed record ContentFinding(Descriptor Content, Exception Cause)
{
    /// <summary>What is wrong, and with what.</summary>
    public override string ToString() => $"{Content.MediaType} {Content.Digest}: {Cause.Message}";
}
