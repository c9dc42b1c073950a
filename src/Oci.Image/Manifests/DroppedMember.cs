namespace Oci.Image.Manifests;

/// <summary>A member of a document that a conversion left out.</summary>
/// <param name="Document">The manifest or index that had it.</param>
/// <param name="JsonPath">Where it stood, such as <c>$.annotations</c>.</param>
public sealed record DroppedMember(Descriptor Document, string JsonPath)
{
    /// <summary>The path, and the digest of the document.</summary>
    public override string ToString() => $"{JsonPath} of {Document.Digest}";
}
