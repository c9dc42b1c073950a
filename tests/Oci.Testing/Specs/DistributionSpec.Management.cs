namespace Oci.Testing.Specs;

/// <summary>The headings below "Content Management", and "Registry Proxying".</summary>
public static partial class DistributionSpec
{
    private static Dictionary<string, SpecDemand> Management => new()
    {
        ["spec.md#deleting-tags-1"] = Registry("the delete of a tag is answered with 202"),
        ["spec.md#deleting-tags-2"] = Registry("or with 400 or 405, where it is disabled"),
        ["spec.md#deleting-manifests-1"] = Registry("the delete of a manifest is answered with 202"),
        ["spec.md#deleting-manifests-2"] = Registry("or with 404, where the repository is not there"),
        ["spec.md#deleting-manifests-3"] = Registry("or with 400 or 405, where it is disabled"),
        ["spec.md#deleting-manifests-4"] = Client("the delete of a manifest with a subject takes it from the referrers tag, where there is no API"),
        ["spec.md#deleting-blobs-1"] = Registry("the delete of a blob is answered with 202"),
        ["spec.md#deleting-blobs-2"] = Registry("or with 404, where it is not there"),
        ["spec.md#deleting-blobs-3"] = Registry("or with 400 or 405, where it is disabled"),
        ["spec.md#registry-proxying-1"] = Client("the host is the first component of a full repository name"),
        ["spec.md#registry-proxying-2"] = Client("that host is the one that it takes for the repository's own"),
        ["spec.md#registry-proxying-3"] = Other("a registry that uses ns gives it back as OCI-Namespace: this one goes by repository names"),
        ["spec.md#registry-proxying-4"] = Client("it knows whether a host is a proxy"),
        ["spec.md#registry-proxying-5"] = Client("ns is not sent to what is no proxy"),
        ["spec.md#registry-proxying-6"] = Client("credentials of the upstream go to no proxy, unless their owner says so"),
    };
}
