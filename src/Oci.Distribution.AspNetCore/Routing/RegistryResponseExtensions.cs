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

    /// <summary>True where a body was written, or its length told: the answer to HEAD has no more, and has not started by then.</summary>
    public static bool HasAnswer(this HttpResponse response) => response.HasStarted || response.ContentLength is not null;

    public static void SetDigest(this HttpResponse response, Digest digest)
    {
        response.Headers[DigestHeader] = digest.ToString();
        response.Headers.ETag = $"\"{digest}\"";
    }
}
