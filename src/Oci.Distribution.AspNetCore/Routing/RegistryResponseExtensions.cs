using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Routing;

internal static class RegistryResponseExtensions
{
    public const string DigestHeader = "Docker-Content-Digest";

    // Results.Json would add a charset, which conformance tests compare against.
    public static Task WriteJsonAsync<T>(this HttpResponse response, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        response.WriteBytesAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json", cancellationToken);

    public static Task WriteBytesAsync(this HttpResponse response, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken)
    {
        response.ContentType = contentType;
        response.ContentLength = content.Length;
        return HttpMethods.IsHead(response.HttpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(content, cancellationToken).AsTask();
    }

    public static void SetDigest(this HttpResponse response, Digest digest)
    {
        response.Headers[DigestHeader] = digest.ToString();
        response.Headers.ETag = $"\"{digest}\"";
    }

    /// <summary>Answers 304 where the client says that it has this content already (RFC 9110, section 13.1.2).</summary>
    public static bool TryAnswerNotModified(this HttpResponse response, Digest digest)
    {
        foreach (string? line in response.HttpContext.Request.Headers.IfNoneMatch)
        {
            foreach (Range range in line.AsSpan().Split(','))
            {
                ReadOnlySpan<char> tag = line.AsSpan()[range].Trim(' ');
                if (tag.StartsWith("W/"))
                {
                    tag = tag[2..];
                }
                if (tag is "*" || tag.Trim('"').SequenceEqual(digest.ToString()))
                {
                    response.StatusCode = StatusCodes.Status304NotModified;
                    return true;
                }
            }
        }
        return false;
    }
}
