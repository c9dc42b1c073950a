using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Conformance;

/// <summary>A manifest to push, and what a list of referrers has to say of it.</summary>
internal sealed record SuiteManifest(Descriptor Descriptor, byte[] Content, Digest? Subject, string? ArtifactType, IReadOnlyDictionary<string, string>? Annotations);
