using Oci.Image;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>A manifest as it was pushed, byte for byte.</summary>
internal sealed record StoredManifest(Digest Digest, string MediaType, byte[] Content);
