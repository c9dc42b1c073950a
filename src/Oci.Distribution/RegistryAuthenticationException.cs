namespace Oci.Distribution;

/// <summary>A registry, or its token service, wants credentials that it was not given, or refused those it was given.</summary>
public sealed class RegistryAuthenticationException : RegistryException
{
    /// <inheritdoc cref="RegistryException(string, HttpMethod, Uri, string, Exception)"/>
    public RegistryAuthenticationException(string message, HttpMethod? method = null, Uri? requestUri = null, string? hint = null, Exception? innerException = null)
        : base(message, method, requestUri, hint, innerException)
    {
    }

    /// <summary>Who was refused, and where that login was found: a file's path, a helper's name. <see langword="null"/> where none was sent. Never a secret.</summary>
    public string? Credential { get; init; }
}
