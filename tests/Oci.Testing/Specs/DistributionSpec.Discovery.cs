namespace Oci.Testing.Specs;

/// <summary>The headings below "Content Discovery".</summary>
public static partial class DistributionSpec
{
    private static Dictionary<string, SpecDemand> Discovery => new()
    {
        ["spec.md#content-discovery-listing-tags-1"] = Registry("the tags of a repository that is there are answered with 200"),
        ["spec.md#content-discovery-listing-tags-2"] = Registry("tags are in lexical or ordinal order"),
        ["spec.md#content-discovery-listing-tags-3"] = Registry("the list is JSON of name and tags"),
        ["spec.md#limiting-the-number-of-returned-tags-n-parameter-1"] = Registry("n tags are given, fewer only at the end or with a Link"),
        ["spec.md#limiting-the-number-of-returned-tags-n-parameter-2"] = Registry("n of 0 gives an empty list without Link"),
        ["spec.md#paginating-with-the-last-parameter-1"] = Both("last is a tag and no number of one"),
        ["spec.md#paginating-with-the-last-parameter-2"] = Registry("the tags after last are in order too"),
        ["spec.md#implementers-note-1"] = Client("Link is gone by rather than last"),
        ["spec.md#listing-referrers-1"] = Registry("referrers are answered with 200"),
        ["spec.md#listing-referrers-2"] = Registry("and never with 404"),
        ["spec.md#listing-referrers-3"] = Registry("a request that is not valid is answered with 400"),
        ["spec.md#listing-referrers-4"] = Other("who turns the referrers API on reads \"Enabling the Referrers API\" first: here it was never off"),
        ["spec.md#response-format-1"] = Registry("the list of referrers is an image index, with its Content-Type"),
        ["spec.md#response-format-2"] = Registry("an entry has the artifactType of its manifest or index"),
        ["spec.md#response-format-3"] = Registry("or the config's media type, where a manifest has none"),
        ["spec.md#response-format-4"] = Registry("or none, where an index has none"),
        ["spec.md#response-format-5"] = Registry("an entry has all annotations of its manifest or index"),
        ["spec.md#response-format-6"] = Registry("without referrers the index is empty"),
        ["spec.md#pagination-1"] = Registry("a list that is not all has a Link to the next page"),
        ["spec.md#pagination-2"] = Registry("that Link follows RFC 5988 with rel=\"next\""),
        ["spec.md#filtering-by-artifacttype-1"] = Registry("referrers can be filtered by artifactType"),
        ["spec.md#filtering-by-artifacttype-2"] = Registry("a filter that was applied is told by OCI-Filters-Applied"),
        ["spec.md#filtering-by-artifacttype-3"] = Other("several filters are separated by commas: there is one"),
        ["spec.md#fallback-behavior-1"] = Client("404 of the referrers API leads to the referrers tag"),
        ["spec.md#fallback-behavior-2"] = Client("the referrers tag tells what the API would"),
        ["spec.md#fallback-behavior-3"] = Client("404 of the API and no index at the tag mean that there are no referrers"),
    };
}
