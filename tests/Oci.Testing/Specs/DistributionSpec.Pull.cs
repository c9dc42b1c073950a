namespace Oci.Testing.Specs;

/// <summary>The headings below "Pull".</summary>
public static partial class DistributionSpec
{
    private static Dictionary<string, SpecDemand> Pull => new()
    {
        ["spec.md#pull-1"] = Registry("a manifest and its blobs may be asked for in any order"),
        ["spec.md#pulling-manifests-1"] = Both("a repository's name follows the grammar"),
        ["spec.md#pulling-manifests-2"] = Registry("names are not longer than what clients can hold"),
        ["spec.md#pulling-manifests-3"] = Both("a reference is a digest or a tag of the grammar, and nothing else"),
        ["spec.md#pulling-manifests-4"] = Client("Accept lists the media types of manifests that it knows"),
        ["spec.md#pulling-manifests-5"] = Registry("a manifest comes with its media type as Content-Type"),
        ["spec.md#pulling-manifests-6"] = Registry("that Content-Type has no parameters"),
        ["spec.md#pulling-manifests-7"] = Client("parameters of the Content-Type are ignored"),
        ["spec.md#pulling-manifests-8"] = Registry("that Content-Type is the one of the push"),
        ["spec.md#pulling-manifests-9"] = Client("a manifest whose mediaType is not the Content-Type is refused"),
        ["spec.md#pulling-manifests-10"] = Registry("a manifest comes with its digest in Docker-Content-Digest"),
        ["spec.md#pulling-manifests-11"] = Client("a Docker-Content-Digest that is used is checked against the manifest"),
        ["spec.md#pulling-manifests-12"] = Client("a manifest asked for by digest is checked against it"),
        ["spec.md#pulling-manifests-13"] = Registry("a manifest that is there is answered with 200 and its bytes"),
        ["spec.md#pulling-manifests-14"] = Registry("a manifest that is not there is answered with 404"),
        ["spec.md#pulling-blobs-1"] = Registry("a blob that is there is answered with 200, its bytes and Docker-Content-Digest"),
        ["spec.md#pulling-blobs-2"] = Registry("that header is a digest and matches the blob"),
        ["spec.md#pulling-blobs-3"] = Client("a Docker-Content-Digest that is used is checked against the body"),
        ["spec.md#pulling-blobs-4"] = Client("a Docker-Content-Digest that is used is checked against the digest asked for"),
        ["spec.md#pulling-blobs-5"] = Registry("a blob that the repository has not is answered with 404"),
        ["spec.md#range-request-support-1"] = Registry("Range is supported as RFC 9110 has it"),
        ["spec.md#checking-if-content-exists-head-requests-1"] = Registry("HEAD of what is there answers 200 with digest and length"),
        ["spec.md#checking-if-content-exists-head-requests-2"] = Registry("the answer to HEAD has no body"),
        ["spec.md#checking-if-content-exists-head-requests-3"] = Registry("HEAD of what is not there answers 404"),
    };
}
