namespace Oci.Distribution.Authentication;

/// <summary>One credential for one registry, given by the app.</summary>
public sealed class StaticCredentialSource : ICredentialSource
{
    private readonly string _host;
    private readonly RegistryCredential _credential;

    /// <summary>Makes a source for one registry.</summary>
    /// <param name="host">The registry, with its port where it is not that of the scheme. Credentials are given to no other.</param>
    /// <param name="credential">The credential.</param>
    public StaticCredentialSource(string host, RegistryCredential credential)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentNullException.ThrowIfNull(credential);
        _host = host;
        _credential = credential;
    }

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> GetAsync(string host, string? repository, CancellationToken cancellationToken = default) =>
        new(string.Equals(host, _host, StringComparison.OrdinalIgnoreCase) ? _credential : null);
}
