using Oci.Image;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>What of a repository is not needed.</summary>
/// <param name="Manifests">Manifests with their subjects, each before what it refers to.</param>
/// <param name="Blobs">Blobs that no manifest which stays needs.</param>
/// <param name="Kept">All else that the repository links.</param>
internal sealed record RepositoryGarbage(
    IReadOnlyList<KeyValuePair<Digest, Digest?>> Manifests,
    IReadOnlyList<Digest> Blobs,
    IReadOnlyCollection<Digest> Kept);
