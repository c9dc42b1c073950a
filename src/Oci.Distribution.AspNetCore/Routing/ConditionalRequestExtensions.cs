using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>RFC 9110, section 13: the entity tag of content is its digest.</summary>
internal static class ConditionalRequestExtensions
{
    /// <summary>Answers 304 where the client says that it has this content already (section 13.1.2).</summary>
    public static bool TryAnswerNotModified(this HttpResponse response, Digest digest)
    {
        if (!Names(response.HttpContext.Request.Headers.IfNoneMatch, digest, isWeak: true))
        {
            return false;
        }
        response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    public static bool IsConditional(this HttpRequest request) => request.Headers.IfMatch.Count + request.Headers.IfNoneMatch.Count > 0;

    /// <summary>False where a write must not happen, since what is there is other than the client says (sections 13.1.1 and 13.1.2).</summary>
    /// <param name="request">The request.</param>
    /// <param name="current">The digest of what is there; <see langword="null"/> where nothing is.</param>
    public static bool Allows(this HttpRequest request, Digest? current) =>
        (request.Headers.IfMatch.Count == 0 || current is { } there && Names(request.Headers.IfMatch, there, isWeak: false))
        && (current is not { } found || !Names(request.Headers.IfNoneMatch, found, isWeak: true));

    // A digest holds no comma, so a tag that does is another's, and its pieces are none of ours either.
    private static bool Names(StringValues tags, Digest digest, bool isWeak)
    {
        foreach (string? line in tags)
        {
            foreach (Range range in line.AsSpan().Split(','))
            {
                ReadOnlySpan<char> tag = line.AsSpan()[range].Trim(" \t");
                if (isWeak && tag.StartsWith("W/"))
                {
                    tag = tag[2..];
                }
                if (tag is "*" || tag.Trim('"').SequenceEqual(digest.ToString()) && !tag.StartsWith("W/"))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
