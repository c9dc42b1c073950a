namespace Oci.Distribution.Authentication;

/// <summary>Gives credentials for registries: a fixed pair, a config file, an app's vault.</summary>
/// <remarks>Implementations are safe for concurrent calls.</remarks>
public interface ICredentialSource
{
    /// <summary>The credential for a registry.</summary>
    /// <param name="host">The registry, with its port where it is not that of the scheme: <c>registry.example:5000</c>. Docker Hub is <c>docker.io</c>.</param>
    /// <param name="repository">The repository that is worked on, where there is one; some files hold credentials for single repositories.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The credential, or <see langword="null"/> to go without.</returns>
    ValueTask<RegistryCredential?> GetAsync(string host, string? repository, CancellationToken cancellationToken = default);
}
