using System.Text;
using System.Text.Json;
using Oci.Distribution.Http;

namespace Oci.Distribution.Authentication;

/// <summary>Credentials of Docker's <c>config.json</c> and podman's <c>auth.json</c>, with the credential helpers that they name (containers-auth.json(5)).</summary>
/// <remarks>The files are read anew at each call, so a login of another tool is seen at once. The first file that has something for a registry wins.</remarks>
public sealed class AuthFileCredentialSource : ICredentialSource
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxFileSize = 4 * 1024 * 1024;

    private static readonly TimeSpan HelperTimeout = TimeSpan.FromSeconds(30);

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
            if (await ReadAsync(path, cancellationToken).ConfigureAwait(false) is AuthFile file
                && await FindAsync(file, path, host, repository, cancellationToken).ConfigureAwait(false) is RegistryCredential credential)
            {
                return credential;
            }
        }
        return null;
    }

    private static async Task<RegistryCredential?> FindAsync(AuthFile file, string path, string host, string? repository, CancellationToken cancellationToken)
    {
        string serverUrl = DockerHub.IsHub(host) ? DockerHub.ConfigKey : host;
        string? helper = file.CredHelpers?.GetValueOrDefault(host) ?? file.CredHelpers?.GetValueOrDefault(serverUrl);
        if (helper is null && FindEntry(file, host, repository) is (string key, AuthFile.Entry entry) && Decode(entry, key, path) is RegistryCredential credential)
        {
            return credential;
        }
        helper ??= string.IsNullOrEmpty(file.CredsStore) ? null : file.CredsStore;
        return helper is null ? null : await CredentialHelper.GetAsync(helper, serverUrl, HelperTimeout, cancellationToken).ConfigureAwait(false);
    }

    // containers-auth.json(5): the most specific of host/name/space, host/name, host; Docker's older keys are addresses.
    private static (string Key, AuthFile.Entry Entry)? FindEntry(AuthFile file, string host, string? repository)
    {
        foreach (string key in GetKeys(host, repository))
        {
            if (file.Auths?.GetValueOrDefault(key) is AuthFile.Entry entry)
            {
                return (key, entry);
            }
        }
        foreach ((string key, AuthFile.Entry? entry) in file.Auths ?? [])
        {
            if (entry is not null && Uri.TryCreate(key, UriKind.Absolute, out Uri? uri) && UriRules.IsHttpOrHttps(uri)
                && (string.Equals(uri.Authority, host, StringComparison.OrdinalIgnoreCase) || (DockerHub.IsHub(uri.Authority) && DockerHub.IsHub(host))))
            {
                return (key, entry);
            }
        }
        return null;
    }

    private static IEnumerable<string> GetKeys(string host, string? repository)
    {
        for (string? name = repository; name is not null; name = name.LastIndexOf('/') is > 0 and int slash ? name[..slash] : null)
        {
            yield return $"{host}/{name}";
        }
        yield return host;
        if (DockerHub.IsHub(host))
        {
            yield return DockerHub.ConfigKey;
        }
    }

    private static RegistryCredential? Decode(AuthFile.Entry entry, string key, string path)
    {
        if (!string.IsNullOrEmpty(entry.IdentityToken))
        {
            return RegistryCredential.FromIdentityToken(entry.IdentityToken);
        }
        if (string.IsNullOrEmpty(entry.Auth))
        {
            // Docker leaves an empty entry where the credentials are in its store.
            return null;
        }
        var bytes = new byte[entry.Auth.Length];
        if (!Convert.TryFromBase64String(entry.Auth, bytes, out int length) || bytes.AsSpan(0, length).IndexOf((byte)':') is var colon && colon < 0)
        {
            throw new RegistryAuthenticationException($"The entry '{key}' in {path} is not the Base64 of user:password.", hint: "Log in again, or remove it.");
        }
        return RegistryCredential.FromPassword(Encoding.UTF8.GetString(bytes, 0, colon), Encoding.UTF8.GetString(bytes, colon + 1, length - colon - 1).TrimEnd('\0'));
    }

    private static async Task<AuthFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            FileStream file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > MaxFileSize)
                {
                    throw new RegistryAuthenticationException($"{path} has {file.Length} bytes; {MaxFileSize} is the most that is read.");
                }
                return await JsonSerializer.DeserializeAsync(file, DistributionJsonContext.Default.AuthFile, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            // The exception's own text may quote the file.
            throw new RegistryAuthenticationException($"{path} is not the JSON it must be (at {e.Path}, line {e.LineNumber + 1}).", hint: "Mend it, or log in again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryAuthenticationException($"{path} cannot be read: {e.Message}", innerException: e);
        }
    }
}
