using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Diagnostics;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>A request to a repository, its path taken apart and its name checked.</summary>
/// <param name="Context">The request and its response.</param>
/// <param name="Repository">The repository that the path names.</param>
/// <param name="Argument">The digest, tag or session of the path, not yet checked.</param>
internal readonly record struct RegistryCall(HttpContext Context, RepositoryName Repository, string Argument)
{
    public HttpRequest Request => Context.Request;

    public HttpResponse Response => Context.Response;

    public CancellationToken Cancellation => Context.RequestAborted;

    /// <summary>The path of an endpoint of the same repository, to put in a <c>Location</c> or <c>Link</c>.</summary>
    /// <remarks>Without host and scheme, so that it stays right behind any proxy.</remarks>
    public string PathOf(string endpoint) => $"{Request.PathBase.ToUriComponent()}/v2/{Repository}/{endpoint}";

    /// <summary>Counts bytes of the request's body that were taken, where anybody wants to know.</summary>
    public void AddReceived(long bytes)
    {
        if (Context.Features.Get<RegistryRequestRecord>() is { } record)
        {
            record.Received += bytes;
        }
    }

    /// <summary>Answers that a blob is stored and where.</summary>
    public void AnswerBlobCreated(Digest digest)
    {
        Response.StatusCode = StatusCodes.Status201Created;
        Response.Headers.Location = PathOf($"blobs/{digest}");
        Response.Headers[RegistryResponseExtensions.DigestHeader] = digest.ToString();
        Response.ContentLength = 0;
    }
}
