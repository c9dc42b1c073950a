using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Distribution.AspNetCore.Uploads;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary><c>/v2/NAME/manifests/REFERENCE</c>: pull, check, push and delete (end-3, end-7 and end-9).</summary>
/// <remarks>A manifest is served as it was pushed whatever the request accepts: its digest is over those bytes.</remarks>
internal sealed class ManifestEndpoints(ManifestStore manifests, TagStore tags, ManifestReferences references, IOptions<OciRegistryOptions> options)
{
    private const int MaxTagsPerPush = 64;

    /// <summary>Serves GET and HEAD.</summary>
    public async Task GetAsync(RegistryCall call)
    {
        StoredManifest? manifest = await FindAsync(call).ConfigureAwait(false);
        if (manifest is null)
        {
            await RegistryError.ManifestUnknown(call.Argument).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        call.Response.SetDigest(manifest.Digest);
        if (call.Response.TryAnswerNotModified(manifest.Digest))
        {
            return;
        }
        await call.Response.WriteBytesAsync(manifest.Content, manifest.MediaType, call.Cancellation).ConfigureAwait(false);
    }

    public async Task PutAsync(RegistryCall call)
    {
        RegistryError? error = ReadReference(call, out Digest expected, out List<Tag> newTags);
        if (error is null && !TryReadMediaType(call.Request, out _))
        {
            error = RegistryError.ManifestInvalid("Content-Type must say the manifest's media type.");
        }
        if (error is not null)
        {
            await error.WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        int maxSize = options.Value.MaxManifestSize;
        UploadLimits.SetMaxSize(call.Context, maxSize + 1L);
        byte[]? content = await ManifestBody.ReadAsync(call.Request.BodyReader, call.Request.ContentLength, maxSize, call.Cancellation).ConfigureAwait(false);
        if (content is null)
        {
            await RegistryError.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"A manifest may have {maxSize} bytes at most here.").WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        call.AddReceived(content.Length);
        Digest digest = Digest.Compute(expected.IsComputable ? expected.Algorithm : DigestAlgorithm.Sha256, content);
        if (expected.IsComputable && digest != expected)
        {
            await new RegistryError(StatusCodes.Status400BadRequest, new ErrorEntry(ErrorCodes.DigestInvalid, $"The manifest has the digest {digest}.", RegistryError.DetailOf(expected))).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        await StoreAsync(call, digest, content, newTags).ConfigureAwait(false);
    }

    public async Task DeleteAsync(RegistryCall call)
    {
        bool deleted = Digest.TryParse(call.Argument, out Digest digest)
            ? await manifests.DeleteAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false)
            : Tag.TryParse(call.Argument, out Tag tag) && await manifests.DeleteTagAsync(call.Repository, tag, call.Cancellation).ConfigureAwait(false);
        if (!deleted)
        {
            await RegistryError.ManifestUnknown(call.Argument).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        call.Response.StatusCode = StatusCodes.Status202Accepted;
        call.Response.ContentLength = 0;
    }

    private async Task StoreAsync(RegistryCall call, Digest digest, byte[] content, List<Tag> newTags)
    {
        TryReadMediaType(call.Request, out MediaType mediaType);
        ManifestDocument document;
        try
        {
            document = ManifestDocument.Parse(mediaType, content);
        }
        catch (InvalidDocumentException e)
        {
            await RegistryError.ManifestInvalid(e.Message).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        RegistryError? error = await manifests.AddAsync(
            call.Repository, digest, document, content, newTags, call.Cancellation, () => CheckAsync(call, document, newTags)).ConfigureAwait(false);
        if (error is not null)
        {
            await error.WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        call.Response.StatusCode = StatusCodes.Status201Created;
        call.Response.Headers.Location = call.PathOf($"manifests/{digest}");
        call.Response.Headers[RegistryResponseExtensions.DigestHeader] = digest.ToString();
        if (document.Subject is not null)
        {
            call.Response.Headers["OCI-Subject"] = document.Subject.Digest.ToString();
        }
        if (call.Request.Query.ContainsKey("tag"))
        {
            call.Response.Headers["OCI-Tag"] = newTags.Select(tag => tag.ToString()).ToArray();
        }
        call.Response.ContentLength = 0;
    }

    private async Task<RegistryError?> CheckAsync(RegistryCall call, ManifestDocument document, List<Tag> newTags)
    {
        foreach (Tag tag in call.Request.IsConditional() ? newTags : [])
        {
            if (!call.Request.Allows(await tags.ResolveAsync(call.Repository, tag, call.Cancellation).ConfigureAwait(false)))
            {
                return new RegistryError(StatusCodes.Status412PreconditionFailed, ErrorCodes.Denied, $"The tag {tag} is not what If-Match or If-None-Match says: somebody else pushed it. Pull it and try again.");
            }
        }
        return await references.CheckAsync(call.Repository, document, call.Cancellation).ConfigureAwait(false);
    }

    private async ValueTask<StoredManifest?> FindAsync(RegistryCall call)
    {
        if (!Digest.TryParse(call.Argument, out Digest digest))
        {
            if (!Tag.TryParse(call.Argument, out Tag tag) || await tags.ResolveAsync(call.Repository, tag, call.Cancellation).ConfigureAwait(false) is not { } resolved)
            {
                return null;
            }
            digest = resolved;
        }
        return HttpMethods.IsHead(call.Request.Method)
            ? await manifests.CheckAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false)
            : await manifests.FindAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false);
    }

    // A tag names the manifest by sha256; a digest may come with tags to set, so that they can name it by sha512.
    private static RegistryError? ReadReference(RegistryCall call, out Digest expected, out List<Tag> newTags)
    {
        expected = default;
        newTags = [];
        if (Tag.TryParse(call.Argument, out Tag tag))
        {
            newTags.Add(tag);
            return null;
        }
        if (!call.Argument.Contains(':'))
        {
            return NoTag(call.Argument);
        }
        if (!Digest.TryParse(call.Argument, out expected) || !expected.IsComputable)
        {
            return RegistryError.DigestInvalid(call.Argument);
        }
        StringValues names = call.Request.Query["tag"];
        if (names.Count > MaxTagsPerPush)
        {
            return new RegistryError(StatusCodes.Status414UriTooLong, ErrorCodes.Unsupported, $"One push sets {MaxTagsPerPush} tags at most here. Push the others by their own requests.");
        }
        foreach (string? name in names)
        {
            if (!Tag.TryParse(name, out tag))
            {
                return NoTag(name);
            }
            newTags.Add(tag);
        }
        return null;
    }

    private static RegistryError NoTag(string? text) =>
        RegistryError.ManifestInvalid($"'{RegistryError.Shorten(text)}' is not a tag: it must be of letters, digits, '_', '.' and '-', and of {Tag.MaxLength} characters at most.");

    // Parameters such as a charset are no part of the manifest's type.
    private static bool TryReadMediaType(HttpRequest request, out MediaType mediaType) =>
        MediaType.TryParse((request.ContentType ?? "").Split(';', 2)[0].Trim(), out mediaType);
}
