using System.Net;
using Oci.Distribution.Http;

namespace Oci.Distribution;

/// <summary>A registry refused a request, answered what it must not, or could not be reached.</summary>
/// <remarks>Holds no secret: addresses are kept without user and query.</remarks>
public class RegistryException : Exception
{
    /// <summary>Makes an exception for a failure of a request.</summary>
    /// <param name="message">What failed and why.</param>
    /// <param name="method">The method of the request, where there was one.</param>
    /// <param name="requestUri">The address; user and query are dropped.</param>
    /// <param name="hint">What to do next.</param>
    /// <param name="innerException">What caused it.</param>
    public RegistryException(string message, HttpMethod? method = null, Uri? requestUri = null, string? hint = null, Exception? innerException = null)
        : base(Describe(message, method, requestUri, hint), innerException)
    {
        Method = method;
        RequestUri = requestUri is null ? null : UriRules.WithoutSecrets(requestUri);
        Hint = hint;
    }

    /// <summary>The status that the registry answered; <see langword="null"/> where it gave no answer.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>What the registry told, in its order; empty where it told nothing that could be read.</summary>
    public IReadOnlyList<RegistryError> Errors { get; init; } = [];

    /// <summary>The method of the request that failed.</summary>
    public HttpMethod? Method { get; }

    /// <summary>The address of the request that failed, without user and query.</summary>
    public Uri? RequestUri { get; }

    /// <summary>What to do next, where something general can be said.</summary>
    public string? Hint { get; }

    /// <summary>How long the registry asked to wait before the next try, where it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True where the same call may succeed later: no answer, 408, 429 or 5xx.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether the registry told an error of this code.</summary>
    public bool Has(string code) => Errors.Any(e => string.Equals(e.Code, code, StringComparison.OrdinalIgnoreCase));

    private static string Describe(string message, HttpMethod? method, Uri? requestUri, string? hint)
    {
        string where = requestUri is null ? "" : $"{method} {UriRules.WithoutSecrets(requestUri)}: ";
        return hint is null ? $"{where}{message}" : $"{where}{message} {hint}";
    }
}
