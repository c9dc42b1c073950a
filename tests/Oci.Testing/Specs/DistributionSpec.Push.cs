namespace Oci.Testing.Specs;

/// <summary>The headings below "Push", but for manifests.</summary>
public static partial class DistributionSpec
{
    private static Dictionary<string, SpecDemand> Push => new()
    {
        ["spec.md#push-1"] = Registry("a manifest whose subject is not there is taken"),
        ["spec.md#push-2"] = Registry("a manifest refused for what is missing is answered with MANIFEST_BLOB_UNKNOWN"),
        ["spec.md#pushing-blobs-1"] = Registry("blobs are taken whole and in chunks"),
        ["spec.md#post-then-put-1"] = Registry("a session's start is answered with 202"),
        ["spec.md#post-then-put-2"] = Registry("and with its Location"),
        ["spec.md#post-then-put-3"] = Registry("the location holds a unique id of the session"),
        ["spec.md#post-then-put-4"] = Client("a location is opaque and not put together by hand"),
        ["spec.md#post-then-put-5"] = Client("the PUT goes to just the location of the POST, its query kept"),
        ["spec.md#post-then-put-6"] = Registry("the PUT of a blob is answered with 201"),
        ["spec.md#post-then-put-7"] = Registry("and with the Location that it is pulled from"),
        ["spec.md#post-then-put-8"] = Registry("digest-algorithm has a session of each algorithm that is supported, and 400 for others (development text)"),
        ["spec.md#post-then-put-9"] = Client("a session for a digest other than sha256 is started with its digest-algorithm (development text)"),
        ["spec.md#single-post-1"] = Both("Content-Length is the length of the blob"),
        ["spec.md#single-post-2"] = Both("the digest is that of the blob"),
        ["spec.md#single-post-3"] = Client("an answer of 202 is gone on from with a PUT"),
        ["spec.md#single-post-4"] = Registry("the whole blob in one POST is answered with 201 and Location"),
        ["spec.md#single-post-5"] = Other("a registry without single POST answers 202: this one has it"),
        ["spec.md#pushing-a-blob-in-chunks-1"] = Client("the POST of a session for chunks has Content-Length 0"),
        ["spec.md#pushing-a-blob-in-chunks-2"] = Registry("a least size of chunks, where there is one, is told by OCI-Chunk-Min-Length"),
        ["spec.md#pushing-a-blob-in-chunks-3"] = Both("a chunk's range is inclusive on both ends"),
        ["spec.md#pushing-a-blob-in-chunks-4"] = Both("the first chunk begins with 0"),
        ["spec.md#pushing-a-blob-in-chunks-5"] = Both("a chunk's range is two numbers and a dash"),
        ["spec.md#pushing-a-blob-in-chunks-6"] = Client("a chunk is no shorter than OCI-Chunk-Min-Length, but for the last"),
        ["spec.md#pushing-a-blob-in-chunks-7"] = Registry("a chunk is answered with 202, Location and Range"),
        ["spec.md#pushing-a-blob-in-chunks-8"] = Client("a chunk goes to the location of the answer before"),
        ["spec.md#pushing-a-blob-in-chunks-9"] = Client("chunks are sent in order, each where the one before ended"),
        ["spec.md#pushing-a-blob-in-chunks-10"] = Registry("a chunk out of order is answered with 416"),
        ["spec.md#pushing-a-blob-in-chunks-11"] = Client("a session is closed by a PUT"),
        ["spec.md#pushing-a-blob-in-chunks-12"] = Both("the closing PUT has the digest of the whole blob"),
        ["spec.md#pushing-a-blob-in-chunks-13"] = Registry("the closing PUT is answered with 201 and Location"),
        ["spec.md#pushing-a-blob-in-chunks-14"] = Registry("GET of a session is answered with 204, Location and Range"),
        ["spec.md#pushing-a-blob-in-chunks-15"] = Client("the chunk after such a GET goes to the location of its answer"),
        ["spec.md#cancel-a-blob-upload-1"] = Registry("the cancel of a session is answered with 204"),
        ["spec.md#cancel-a-blob-upload-2"] = Client("an upload that is given up is cancelled"),
        ["spec.md#cancel-a-blob-upload-3"] = Client("a cancel that fails is ignored"),
        ["spec.md#cancel-a-blob-upload-4"] = Registry("unfinished uploads end after some time"),
        ["spec.md#mounting-a-blob-from-another-repository-1"] = Registry("a mount is answered with 201 and Location"),
        ["spec.md#mounting-a-blob-from-another-repository-2"] = Client("a Docker-Content-Digest that is used is checked against the blob"),
        ["spec.md#mounting-a-blob-from-another-repository-3"] = Registry("what cannot be mounted is answered with 202 and a session"),
    };
}
