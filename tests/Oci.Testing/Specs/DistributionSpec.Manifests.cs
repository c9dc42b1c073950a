namespace Oci.Testing.Specs;

/// <summary>The headings "Pushing Manifests" and "Pushing a manifest with a subject field".</summary>
public static partial class DistributionSpec
{
    private static Dictionary<string, SpecDemand> Manifests => new()
    {
        ["spec.md#pushing-manifests-1"] = Client("Content-Type is the manifest's media type"),
        ["spec.md#pushing-manifests-2"] = Client("Content-Type has no parameters"),
        ["spec.md#pushing-manifests-3"] = Registry("parameters of the Content-Type are ignored"),
        ["spec.md#pushing-manifests-4"] = Client("a manifest that it makes has a mediaType"),
        ["spec.md#pushing-manifests-5"] = Client("Content-Type is just the mediaType, where the manifest has one"),
        ["spec.md#pushing-manifests-6"] = Both("a manifest is pushed by a tag or a digest"),
        ["spec.md#pushing-manifests-7"] = Client("a manifest refers to all blobs that make up the object"),
        ["spec.md#pushing-manifests-8"] = Registry("a manifest is kept byte for byte"),
        ["spec.md#pushing-manifests-9"] = Registry("a pushed manifest is answered with 201"),
        ["spec.md#pushing-manifests-10"] = Registry("and with the Location that it is pulled from"),
        ["spec.md#pushing-manifests-11"] = Registry("and with its digest, which is the one that the client gave"),
        ["spec.md#pushing-manifests-12"] = Client("a Docker-Content-Digest that is used is checked against what was pushed"),
        ["spec.md#pushing-manifests-13"] = Registry("a pull from a repository that is not there is answered with 404"),
        ["spec.md#pushing-manifests-14"] = Registry("manifests have a largest size"),
        ["spec.md#pushing-manifests-15"] = Registry("a larger one is answered with 413"),
        ["spec.md#pushing-manifests-16"] = Both("manifests of 4 MiB are supported"),
        ["spec.md#pushing-manifests-17"] = Registry("a push by digest takes ten tags of the query at least (development text)"),
        ["spec.md#pushing-manifests-18"] = Registry("OCI-Tag names each tag of the query that was set (development text)"),
        ["spec.md#pushing-manifests-19"] = Registry("a digest that is not valid or not supported is answered with 400 (development text)"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-1"] = Registry("a manifest with a subject is answered with OCI-Subject"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-2"] = Client("without OCI-Subject in the answer it keeps the list of referrers itself"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-3"] = Client("it stops where the list's tag is no index"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-4"] = Client("it starts with an empty index where the tag is not there"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-5"] = Client("no referrer is in the list twice"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-6"] = Client("an entry has the manifest's artifactType"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-7"] = Client("or its config's media type, where it has none"),
        ["spec.md#pushing-a-manifest-with-a-subject-field-8"] = Client("an entry has all of the manifest's annotations"),
    };
}
