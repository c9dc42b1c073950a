using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Oci.Distribution.Http;

/// <summary>Turns an answer that tells a failure into an exception.</summary>
internal static partial class ErrorReader
{
    private const int MaxErrors = 32;
    private const int MaxTextLength = 1024;

    // What is shorter stands in ordinary words, and to strike it out would tell it.
    private const int MinSecretLength = 4;

    public static async Task<RegistryException> ReadAsync(HttpResponseMessage response, HttpRequestMessage request, TimeSpan idleTimeout, TimeProvider timeProvider, CancellationToken cancellationToken, string? hint = null)
    {
        IReadOnlyList<RegistryError> errors = await ReadErrorsAsync(response, GetSecrets(request), idleTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        Uri uri = (response.RequestMessage ?? request).RequestUri!;
        HttpStatusCode status = response.StatusCode;
        string told = errors.Count == 0 ? "" : $" ({string.Join("; ", errors.Take(3))})";
        string message = $"The registry answered {(int)status}{told}.";
        hint ??= GetHint(response, request);
        bool transient = RetryPolicy.IsTransient(status) || (status == HttpStatusCode.Unauthorized && RequestRules.IsRenewed(request));
        TimeSpan? retryAfter = new RetryPolicy(TimeSpan.MaxValue, timeProvider).GetRetryAfter(response);
        return status == HttpStatusCode.Unauthorized
            ? new RegistryAuthenticationException(message, request.Method, uri, hint)
            {
                StatusCode = status,
                Errors = errors,
                IsTransient = transient,
                Credential = request.Headers.Authorization is null ? null : RequestRules.GetCredential(request)?.Describe(),
            }
            : new RegistryException(message, request.Method, uri, hint) { StatusCode = status, Errors = errors, IsTransient = transient, RetryAfter = retryAfter };
    }

    private static string? GetHint(HttpResponseMessage response, HttpRequestMessage request) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized when request.Headers.Authorization is null => "It wants a login, and none was sent: RegistryClientOptions.Credentials gives none for this registry.",
        // RFC 6750, section 3.1.
        HttpStatusCode.Unauthorized when response.Headers.WwwAuthenticate.ToString().Contains("insufficient_scope", StringComparison.Ordinal) => $"The login ({DescribeLogin(request)}) is taken, but lacks the right for this: check the name of the repository and the rights of the account.",
        HttpStatusCode.Unauthorized => $"The login ({DescribeLogin(request)}) may be wrong or expired: log in again.",
        HttpStatusCode.Forbidden => "The login lacks the right for this: check the name of the repository and the rights of the account.",
        HttpStatusCode.MethodNotAllowed when request.Method == HttpMethod.Delete => "The registry does not allow deletes: it must be set up to.",
        HttpStatusCode.RequestEntityTooLarge => "The registry, or a proxy before it, has a limit on the size of a request.",
        HttpStatusCode.TooManyRequests => "The registry limits how often it is asked: log in, or try later.",
        _ => null,
    };

    private static string DescribeLogin(HttpRequestMessage request) => RequestRules.GetCredential(request)?.Describe() ?? "anonymous";

    private static async Task<IReadOnlyList<RegistryError>> ReadErrorsAsync(HttpResponseMessage response, IReadOnlyList<string> secrets, TimeSpan idleTimeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? body = await CappedContent.ReadAsync(response.Content, CappedContent.MaxErrorSize, idleTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
            return body is null or [] ? [] : Parse(body, secrets);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException or JsonException)
        {
            // The status is what failed and is told; a body that cannot be read adds nothing to it.
            return [];
        }
    }

    internal static IReadOnlyList<RegistryError> Parse(ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        ErrorResponse? parsed = JsonSerializer.Deserialize(body, DistributionJsonContext.Default.ErrorResponse);
        return [.. (parsed?.Errors ?? [])
            .OfType<ErrorResponse.Error>()
            .Take(MaxErrors)
            .Select(e => new RegistryError(Clean(e.Code, secrets) ?? "UNKNOWN", Clean(e.Message, secrets) ?? "", Clean(e.Detail is { ValueKind: not JsonValueKind.Null } detail ? detail.GetRawText() : null, secrets)))];
    }

    // Some servers and proxies repeat the request's head in their errors, and exceptions end in logs.
    private static List<string> GetSecrets(HttpRequestMessage request)
    {
        List<string> secrets = [];
        if (request.Headers.Authorization is { Parameter.Length: >= MinSecretLength } sent)
        {
            secrets.Add(sent.Parameter);
            var decoded = new byte[sent.Parameter.Length];
            if (sent.Scheme == "Basic" && Convert.TryFromBase64String(sent.Parameter, decoded, out int length))
            {
                string login = Encoding.UTF8.GetString(decoded, 0, length);
                string password = login[(login.IndexOf(':') + 1)..];
                if (password.Length >= MinSecretLength)
                {
                    secrets.Add(password);
                }
            }
        }
        return secrets;
    }

    // Control characters would let a registry write lines of its own into a log or a terminal.
    private static string? Clean(string? text, IReadOnlyList<string> secrets)
    {
        if (text is null)
        {
            return null;
        }
        foreach (string secret in secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }
        text = Addresses().Replace(text, Redact);
        string shortened = text.Length <= MaxTextLength ? text : $"{text.AsSpan(0, MaxTextLength)}...";
        return shortened.Any(char.IsControl) ? new string([.. shortened.Select(c => char.IsControl(c) ? ' ' : c)]) : shortened;
    }

    // Signatures and tokens are in the queries of addresses, and registries tell those of their storage.
    private static string Redact(Match address) =>
        $"{address.Groups["scheme"].Value}{(address.Groups["user"].Success ? "***@" : "")}{address.Groups["place"].Value}{(address.Groups["query"].Success ? "?***" : "")}";

    [GeneratedRegex("""(?<scheme>https?://)(?<user>[^\s"'<>/?#@]*@)?(?<place>[^\s"'<>?#]*)(?<query>[?#][^\s"'<>]*)?""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Addresses();
}
