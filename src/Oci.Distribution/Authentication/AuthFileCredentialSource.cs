namespace Oci.Distribution.Authentication;

/// <summary>Credentials of Docker's <c>config.json</c> and podman's <c>auth.json</c>, with the credential helpers that they name (containers-auth.json(5)).</summary>
/// <remarks>The files are read anew at each call, so a login of another tool is seen at once. The first file that has something for a registry wins.</remarks>
public sealed class AuthFileCredentialSource : ICredentialSource
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxFileSize = 4 * 1024 * 1024;

    private readonly string[] _paths;

    /// <summary>Makes a source of given files.</summary>
    /// <param name="paths">Files in the order in which they are asked. One that does not exist is passed over.</param>
    public AuthFileCredentialSource(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _paths = [.. paths];
    }

    /// <summary>The files that podman, skopeo and docker use on this machine: <c>$REGISTRY_AUTH_FILE</c> alone where it is set, else those of podman, then Docker's.</summary>
    public static AuthFileCredentialSource CreateDefault() => new(AuthFilePaths.GetDefault());

    /// <inheritdoc/>
    /// <exception cref="RegistryAuthenticationException">A file is not what it must be, or a helper failed.</exception>
    public async ValueTask<RegistryCredential?> GetAsync(string host, string? repository, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        foreach (string path in _paths)
        {
            if (await AuthFile.ReadAsync(path, cancellationToken).ConfigureAwait(false) is AuthFile file
                && await file.GetAsync(host, repository, cancellationToken).ConfigureAwait(false) is RegistryCredential credential)
            {
                return credential;
            }
        }
        return null;
    }
}
