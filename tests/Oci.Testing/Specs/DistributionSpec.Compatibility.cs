namespace Oci.Testing.Specs;

/// <summary>The headings "Backwards Compatibility", "Referrers Tag Schema" and "Upgrade Procedures".</summary>
public static partial class DistributionSpec
{
    private static Dictionary<string, SpecDemand> Compatibility => new()
    {
        ["spec.md#backwards-compatibility-1"] = Client("registries of older versions or with parts of the spec are supported"),
        ["spec.md#backwards-compatibility-2"] = Client("the fallbacks for what a registry has not are there"),
        ["spec.md#unavailable-referrers-api-1"] = Client("a push with a subject makes sure of the API or updates the referrers tag"),
        ["spec.md#unavailable-referrers-api-2"] = Client("a list of referrers that is 404 is read from the referrers tag"),
        ["spec.md#referrers-tag-schema-1"] = Client("the tag made of the digest is the referrers tag"),
        ["spec.md#referrers-tag-schema-2"] = Client("its first part is the algorithm, cut to 32 characters"),
        ["spec.md#referrers-tag-schema-3"] = Client("its second part is the encoded part, cut to 64 characters"),
        ["spec.md#referrers-tag-schema-4"] = Client("what no tag may hold is a dash in it"),
        ["spec.md#expected-content-of-the-referrers-tag-1"] = Client("the referrers tag has an index of what the API would list"),
        ["spec.md#enabling-the-referrers-api-1"] = Registry("manifests with a subject that a referrers tag lists are in the API's list"),
        ["spec.md#enabling-the-referrers-api-2"] = Registry("manifests with a subject that are pushed are in the API's list"),
    };
}
