using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Authorization;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary><c>POST /v2/NAME/blobs/uploads/</c>: starts a session, takes a whole blob, or mounts one (end-4a, end-4b, end-11).</summary>
internal sealed class UploadStartEndpoint(UploadSessions sessions, UploadEndpoints uploads, BlobStore blobs, RegistryAuthorization authorization, IOptions<OciRegistryOptions> options)
{
    public async Task PostAsync(RegistryCall call)
    {
        IQueryCollection query = call.Request.Query;
        if (query["mount"].ToString() is { Length: > 0 } mount && await TryMountAsync(call, mount, query["from"].ToString()).ConfigureAwait(false))
        {
            return;
        }
        Digest whole = default;
        if (query["digest"].ToString() is { Length: > 0 } text && (!Digest.TryParse(text, out whole) || !whole.IsComputable))
        {
            await RegistryError.DigestInvalid(text).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        DigestAlgorithm algorithm = whole.Algorithm;
        if (algorithm == DigestAlgorithm.None && !TryReadAlgorithm(query["digest-algorithm"].ToString(), out algorithm))
        {
            await new RegistryError(StatusCodes.Status400BadRequest, ErrorCodes.DigestInvalid, "The digest-algorithm is neither sha256 nor sha512.").WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        UploadSession? session = await sessions.CreateAsync(call.Repository, algorithm, call.Cancellation).ConfigureAwait(false);
        if (session is null)
        {
            call.Response.Headers.RetryAfter = "60";
            await new RegistryError(StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, $"{options.Value.MaxUploadSessions} uploads are open, and no more are permitted at a time. Try again later.").WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        if (whole.Algorithm != DigestAlgorithm.None)
        {
            await uploads.PostWholeAsync(call, session, whole).ConfigureAwait(false);
            return;
        }
        UploadEndpoints.AnswerStatus(call, session, StatusCodes.Status202Accepted);
    }

    // What cannot be mounted is no error: the spec has the client upload it then.
    private async Task<bool> TryMountAsync(RegistryCall call, string mount, string from)
    {
        if (!Digest.TryParse(mount, out Digest digest))
        {
            return false;
        }
        RepositoryName? source = null;
        if (from.Length > 0)
        {
            if (!RepositoryName.TryParse(from, out RepositoryName name)
                || !await authorization.IsAllowedAsync(call.Context, name, RegistryAction.Pull).ConfigureAwait(false))
            {
                return false;
            }
            source = name;
        }
        else if (!authorization.IsOpen)
        {
            // Where everyone may read everything it does not matter from where.
            return false;
        }
        if (!await blobs.TryMountAsync(call.Repository, source, digest, call.Cancellation).ConfigureAwait(false))
        {
            return false;
        }
        call.AnswerBlobCreated(digest);
        return true;
    }

    private static bool TryReadAlgorithm(string name, out DigestAlgorithm algorithm)
    {
        algorithm = name switch
        {
            "" or "sha256" => DigestAlgorithm.Sha256,
            "sha512" => DigestAlgorithm.Sha512,
            _ => DigestAlgorithm.None,
        };
        return algorithm != DigestAlgorithm.None;
    }
}
