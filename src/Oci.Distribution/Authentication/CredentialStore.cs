using Oci.Common;

namespace Oci.Distribution.Authentication;

/// <summary>One file of credentials, read and written: Docker's <c>config.json</c> or podman's <c>auth.json</c>, with the credential helpers that it names.</summary>
/// <remarks>
/// What docker, podman, skopeo and buildah write is read, and they read what is written. The file is replaced as a whole, with
/// mode 0600; members that are not known here stay; a symbolic link is followed, not replaced. Writers of this package wait for one another
/// by a lock file beside it (<c>auth.json.lock</c>), across processes. A file that is not what it must be is never overwritten.
/// Safe for concurrent calls. Format: containers-auth.json(5).
/// </remarks>
public sealed class CredentialStore : ICredentialSource
{
    /// <summary>Makes a store of a file, which need not exist.</summary>
    /// <param name="path">The file. One named <c>config.json</c> is taken for Docker's, whose key for Docker Hub is an address.</param>
    public CredentialStore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The file that podman and skopeo log in to: <c>$REGISTRY_AUTH_FILE</c>, <c>$XDG_RUNTIME_DIR/containers/auth.json</c>, root's below
    /// <c>/run/containers</c>, else <c>~/.config/containers/auth.json</c>.</summary>
    public static CredentialStore CreateDefault() => new(AuthFilePaths.GetWritable());

    /// <inheritdoc/>
    /// <exception cref="RegistryAuthenticationException">The file is not what it must be, or a helper failed.</exception>
    public async ValueTask<RegistryCredential?> GetAsync(string host, string? repository = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        return await AuthFile.ReadAsync(Path, cancellationToken).ConfigureAwait(false) is AuthFile file
            ? await file.GetAsync(host, repository, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Keeps a credential, in the place of one that is there: in the helper that the file names, else in the file.</summary>
    /// <param name="registry">The registry, with its port where it is not that of the scheme, or a repository or namespace of it: <c>quay.example/team</c>. Docker Hub is <c>docker.io</c>.</param>
    /// <param name="credential">The credential. In the file it is only Base64, which hides nothing; the file's mode protects it.</param>
    /// <param name="cancellationToken">Ends the work; the file is then as before.</param>
    /// <exception cref="FormatException">The registry's name is none.</exception>
    /// <exception cref="RegistryAuthenticationException">The file is not what it must be or cannot be written, or a helper failed.</exception>
    public Task StoreAsync(string registry, RegistryCredential credential, CancellationToken cancellationToken = default)
    {
        CheckName(registry);
        ArgumentNullException.ThrowIfNull(credential);
        return ChangeAsync(
            async file =>
            {
                if (file.FindHelper(registry) is string helper)
                {
                    await CredentialHelper.StoreAsync(helper, AuthFile.ServerUrl(registry), credential, cancellationToken).ConfigureAwait(false);
                    file.SetInHelper(registry);
                }
                else
                {
                    file.Set(registry, credential);
                }
                return true;
            },
            cancellationToken);
    }

    /// <summary>Forgets a credential, in the file and in the helper that it names.</summary>
    /// <param name="registry">The registry, as for <see cref="StoreAsync"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>False where there was none.</returns>
    /// <exception cref="FormatException">The registry's name is none.</exception>
    /// <exception cref="RegistryAuthenticationException">The file is not what it must be or cannot be written, or a helper failed.</exception>
    public Task<bool> EraseAsync(string registry, CancellationToken cancellationToken = default)
    {
        CheckName(registry);
        return ChangeAsync(file => EraseAsync(file, registry, cancellationToken), cancellationToken);
    }

    /// <summary>Forgets all credentials of the file and of its helpers.</summary>
    /// <returns>The registries whose credentials went.</returns>
    /// <exception cref="RegistryAuthenticationException">The file is not what it must be or cannot be written, or a helper failed.</exception>
    public async Task<IReadOnlyList<string>> EraseAllAsync(CancellationToken cancellationToken = default)
    {
        List<string> erased = [];
        await ChangeAsync(
            async file =>
            {
                foreach (string registry in (await ListAsync(file, cancellationToken).ConfigureAwait(false)).Select(c => c.Registry).Distinct())
                {
                    if (await EraseAsync(file, registry, cancellationToken).ConfigureAwait(false))
                    {
                        erased.Add(registry);
                    }
                }
                return erased.Count > 0;
            },
            cancellationToken).ConfigureAwait(false);
        return erased;
    }

    /// <summary>The credentials that are kept, without their secrets, sorted by registry.</summary>
    /// <exception cref="RegistryAuthenticationException">The file is not what it must be, or a helper failed.</exception>
    public async Task<IReadOnlyList<StoredCredential>> ListAsync(CancellationToken cancellationToken = default) =>
        await AuthFile.ReadAsync(Path, cancellationToken).ConfigureAwait(false) is AuthFile file ? await ListAsync(file, cancellationToken).ConfigureAwait(false) : [];

    /// <summary>The path of the file.</summary>
    public override string ToString() => Path;

    private static async Task<bool> EraseAsync(AuthFile file, string registry, CancellationToken cancellationToken)
    {
        bool erased = file.FindHelper(registry) is string helper
            && await CredentialHelper.EraseAsync(helper, AuthFile.ServerUrl(registry), cancellationToken).ConfigureAwait(false);
        return file.Remove(registry) || erased;
    }

    private static async Task<IReadOnlyList<StoredCredential>> ListAsync(AuthFile file, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, StoredCredential>(StringComparer.Ordinal);
        foreach ((string key, string? username) in file.List())
        {
            string registry = ToRegistry(key);
            found[registry] = new StoredCredential(registry, username, file.FindHelper(registry));
        }
        foreach (IGrouping<string, string?> helper in file.ListHelpers().GroupBy(h => h.Helper, h => h.Registry))
        {
            foreach ((string url, string username) in await CredentialHelper.ListAsync(helper.Key, cancellationToken).ConfigureAwait(false))
            {
                string registry = ToRegistry(url);
                if (file.FindHelper(registry) == helper.Key)
                {
                    found[registry] = new StoredCredential(registry, username == CredentialHelper.TokenUser ? "" : username, helper.Key);
                }
            }
        }
        return [.. found.Values];
    }

    private static string ToRegistry(string key) =>
        AuthFileKey.Means(key, DockerHub.Name) ? DockerHub.Name
        : Uri.TryCreate(key, UriKind.Absolute, out Uri? uri) && Http.UriRules.IsHttpOrHttps(uri) ? uri.Authority
        : key;

    private static void CheckName(string registry)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        int slash = registry.IndexOf('/');
        if (!ReferenceGrammar.IsHost(slash < 0 ? registry : registry.AsSpan(0, slash)) || (slash >= 0 && !ReferenceGrammar.IsName(registry.AsSpan(slash + 1))))
        {
            throw new FormatException($"'{registry}' is not a registry: it must be HOST[:PORT], or HOST[:PORT]/NAME for a part of one, without a scheme.");
        }
    }

    private async Task<bool> ChangeAsync(Func<AuthFile, Task<bool>> change, CancellationToken cancellationToken)
    {
        try
        {
            // Who links the file elsewhere wants it there: a rename would put a file in the place of the link.
            string path = new FileInfo(Path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path;
            CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            FileStream held = await FileLock.AcquireAsync($"{path}.lock", cancellationToken).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
            {
                AuthFile file = await AuthFile.ReadAsync(path, cancellationToken).ConfigureAwait(false) ?? AuthFile.CreateEmpty(path);
                bool changed = await change(file).ConfigureAwait(false);
                if (changed)
                {
                    await file.WriteAsync(cancellationToken).ConfigureAwait(false);
                }
                return changed;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryAuthenticationException($"{Path} cannot be written: {e.Message}", hint: "Check the rights and the room on its file system, or choose another file.", innerException: e);
        }
    }

    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
