using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Errors;

/// <summary>A refusal: the status and the errors of its body.</summary>
internal sealed class RegistryError(int statusCode, params IReadOnlyList<ErrorEntry> errors)
{
    public int StatusCode { get; } = statusCode;

    public IReadOnlyList<ErrorEntry> Errors { get; } = errors;

    public RegistryError(int statusCode, string code, string message)
        : this(statusCode, new ErrorEntry(code, message))
    {
    }

    public static RegistryError NoSuchEndpoint() =>
        new(StatusCodes.Status404NotFound, ErrorCodes.Unsupported, "No endpoint of distribution-spec has this path.");

    public static RegistryError NameInvalid(string name) =>
        new(StatusCodes.Status400BadRequest, ErrorCodes.NameInvalid, $"'{Shorten(name)}' is not a repository name: it must be lower-case components of letters and digits, separated by slashes, of {RepositoryName.MaxLength} characters at most.");

    public static RegistryError NameUnknown(RepositoryName name) =>
        new(StatusCodes.Status404NotFound, ErrorCodes.NameUnknown, $"There is no repository {name}.");

    public static RegistryError DigestInvalid(string digest) =>
        new(StatusCodes.Status400BadRequest, ErrorCodes.DigestInvalid, $"'{Shorten(digest)}' is not a sha256 or sha512 digest.");

    public static RegistryError BlobUnknown(Digest digest) =>
        new(StatusCodes.Status404NotFound, new ErrorEntry(ErrorCodes.BlobUnknown, "The repository has no such blob.", DetailOf(digest)));

    public static RegistryError ManifestUnknown(string reference) =>
        new(StatusCodes.Status404NotFound, ErrorCodes.ManifestUnknown, $"The repository has no manifest '{Shorten(reference)}'.");

    public static RegistryError ManifestInvalid(string problem) =>
        new(StatusCodes.Status400BadRequest, ErrorCodes.ManifestInvalid, problem);

    public static RegistryError UploadUnknown() =>
        new(StatusCodes.Status404NotFound, ErrorCodes.BlobUploadUnknown, "There is no such upload session: it ended, was cancelled or expired. Start the upload again.");

    public static RegistryError SizeInvalid(int statusCode, string problem) => new(statusCode, ErrorCodes.SizeInvalid, problem);

    /// <summary>A method that the endpoint has not, with those that it has (RFC 9110, section 15.5.6).</summary>
    public static Task RefuseMethodAsync(HttpContext context, IEnumerable<string> allowed)
    {
        context.Response.Headers.Allow = string.Join(", ", allowed);
        return new RegistryError(StatusCodes.Status405MethodNotAllowed, ErrorCodes.Unsupported, $"{Shorten(context.Request.Method)} is not supported here.").WriteAsync(context);
    }

    public static RegistryError Unauthorized() => new(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, "Log in first.");

    public static RegistryError Denied() => new(StatusCodes.Status403Forbidden, ErrorCodes.Denied, "This is not permitted to you.");

    public static RegistryError UpstreamUnavailable() =>
        new(StatusCodes.Status502BadGateway, ErrorCodes.Unavailable, "The upstream registry does not give this, and it is not in the cache. The cache's log says why.");

    public static IReadOnlyDictionary<string, string> DetailOf(Digest digest) =>
        new Dictionary<string, string> { ["digest"] = digest.ToString() };

    /// <summary>Answers with this error.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCode;
        return context.Response.WriteJsonAsync(new ErrorDocument(Errors), RegistryJsonContext.Default.ErrorDocument, context.RequestAborted);
    }

    /// <summary>A client's text, short enough to be told.</summary>
    public static string Shorten(string? text) => text is null ? "" : text.Length <= 100 ? text : $"{text.AsSpan(0, 100)}...";
}
