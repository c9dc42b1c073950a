using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Distribution.AspNetCore.Uploads;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>Where everything lies. The one place that makes keys, and only of parsed names.</summary>
/// <remarks>
/// No component of a repository's name begins with an underscore, so the folders of a repository that do are never
/// taken for repositories below it.
/// </remarks>
internal static class StorageKeys
{
    public const string Repositories = "repositories";
    public const string Uploads = "uploads";
    public const string Staging = "staging";
    public const string BlobsFolder = "_blobs";
    public const string ManifestsFolder = "_manifests";
    public const string Contents = "blobs";

    public static string Content(Digest digest) => $"{Contents}/{digest.AlgorithmName}/{digest.Hex[..2]}/{digest.Hex}";

    public static string Blobs(RepositoryName repository) => $"{Repositories}/{repository}/{BlobsFolder}";

    public static string Blob(RepositoryName repository, Digest digest) => $"{Blobs(repository)}/{digest.AlgorithmName}/{digest.Hex}";

    public static string Manifests(RepositoryName repository) => $"{Repositories}/{repository}/{ManifestsFolder}";

    public static string Manifest(RepositoryName repository, Digest digest) => $"{Manifests(repository)}/{digest.AlgorithmName}/{digest.Hex}";

    public static string Tags(RepositoryName repository) => $"{Repositories}/{repository}/_tags";

    public static string Tag(RepositoryName repository, Tag tag) => $"{Tags(repository)}/{tag}";

    public static string Referrers(RepositoryName repository, Digest subject) => $"{Repositories}/{repository}/_referrers/{subject.AlgorithmName}/{subject.Hex}";

    public static string Referrer(RepositoryName repository, Digest subject, Digest referrer) => $"{Referrers(repository, subject)}/{referrer.AlgorithmName}-{referrer.Hex}";

    public static string Announced(RepositoryName repository, Digest digest) => $"{Repositories}/{repository}/_announced/{digest.AlgorithmName}/{digest.Hex}";

    /// <summary>Bytes on their way into the store that no session goes on with after a crash.</summary>
    public static string Staged(UploadId id) => $"{Staging}/{id}";

    public static string Upload(UploadId id) => $"{Uploads}/{id}";

    public static string UploadRecord(UploadId id) => $"{Uploads}/{id}/record.json";

    public static string UploadData(UploadId id) => $"{Uploads}/{id}/data";
}
