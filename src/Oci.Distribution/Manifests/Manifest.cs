using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>A manifest or index as a registry holds it: its exact bytes, verified, and the descriptor of them.</summary>
/// <param name="Descriptor">Media type, digest and size.</param>
/// <param name="Content">The bytes that the digest is over.</param>
public sealed record Manifest(Descriptor Descriptor, ReadOnlyMemory<byte> Content);
