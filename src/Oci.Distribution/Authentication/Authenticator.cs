using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Oci.Distribution.Authentication;

/// <summary>Knows how a registry wants to be asked, and holds what was given: the challenge, Basic or tokens by scope.</summary>
internal sealed class Authenticator(Uri registry, TokenService tokens, RegistryClientOptions options) : IDisposable
{
    // Enough for a sync of many repositories; an entry is a few kilobytes at most.
    private const int MaxTokens = 1024;

    // One fetch at a time for a scope, while those for others go on.
    private const int Stripes = 32;

    private readonly string _host = DockerHub.IsHub(registry.IdnHost) ? DockerHub.Name : registry.Authority;
    private readonly ICredentialSource? _credentials = options.Credentials;
    private readonly TimeProvider _timeProvider = options.TimeProvider;
    private readonly ConcurrentDictionary<AccessScope, AccessToken> _tokens = new();
    private readonly ConcurrentDictionary<string, BasicLogin> _logins = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _fetching = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];
    private volatile Challenge? _challenge;
    private volatile RegistryCredential? _lastCredential;

    /// <summary>What stands behind the last header or token; <see langword="null"/> where that is nobody.</summary>
    public RegistryCredential? LastCredential => _lastCredential;

    /// <summary>What to send with a request, as far as an earlier challenge told.</summary>
    public async ValueTask<AuthenticationHeaderValue?> GetHeaderAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        if (_challenge is not Challenge challenge)
        {
            return null;
        }
        return challenge.Is("Bearer")
            ? Header(await GetTokenAsync(challenge, scope, scope, refused: null, cancellationToken).ConfigureAwait(false))
            : await GetBasicAsync(scope, known => true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The answer to a 401; <see langword="null"/> where there is none that was not refused already.</summary>
    public async ValueTask<AuthenticationHeaderValue?> AnswerAsync(IReadOnlyList<Challenge> challenges, AccessScope scope, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        if (challenges.FirstOrDefault(c => c.Is("Bearer") && c["realm"] is not null) is Challenge bearer)
        {
            // A registry may tell in the challenge that it wants more than was thought.
            AccessScope all = scope.Union(AccessScope.Parse(bearer["scope"]));
            _challenge = bearer;
            return Header(await GetTokenAsync(bearer, scope, all, refused?.Parameter, cancellationToken).ConfigureAwait(false));
        }
        if (challenges.FirstOrDefault(c => c.Is("Basic")) is Challenge basic)
        {
            AuthenticationHeaderValue? header = await GetBasicAsync(scope, known => !Equals(known, refused), cancellationToken).ConfigureAwait(false);
            if (header is not null && !header.Equals(refused))
            {
                _challenge = basic;
                return header;
            }
        }
        return null;
    }

    public void Dispose()
    {
        foreach (SemaphoreSlim one in _fetching)
        {
            one.Dispose();
        }
    }

    // The source reads a file or runs a program, so it is asked once for a repository, and again where what it gave was refused.
    private async ValueTask<AuthenticationHeaderValue?> GetBasicAsync(AccessScope scope, Func<AuthenticationHeaderValue?, bool> isGood, CancellationToken cancellationToken)
    {
        string repository = scope.PrimaryRepository ?? "";
        if (!_logins.TryGetValue(repository, out BasicLogin? login) || !isGood(login.Header))
        {
            SemaphoreSlim fetching = _fetching[(uint)repository.GetHashCode(StringComparison.Ordinal) % Stripes];
            await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!_logins.TryGetValue(repository, out login) || !isGood(login.Header))
                {
                    RegistryCredential? credential = await GetCredentialAsync(scope, cancellationToken).ConfigureAwait(false);
                    login = new BasicLogin(credential, credential is null || credential.Username.Length == 0 ? null : TokenService.BasicHeader(credential));
                    if (_logins.Count >= MaxTokens)
                    {
                        _logins.Clear();
                    }
                    _logins[repository] = login;
                }
            }
            finally
            {
                fetching.Release();
            }
        }
        _lastCredential = login.Credential;
        return login.Header;
    }

    private async ValueTask<string> GetTokenAsync(Challenge challenge, AccessScope wanted, AccessScope asked, string? refused, CancellationToken cancellationToken)
    {
        if (Find(wanted, asked, refused) is AccessToken known)
        {
            return known.Value;
        }
        SemaphoreSlim fetching = _fetching[(uint)wanted.GetHashCode() % Stripes];
        await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another caller may have fetched it while this one waited.
            if (Find(wanted, asked, refused) is AccessToken fetched)
            {
                return fetched.Value;
            }
            // A renewal asks for all that the registry wanted last time.
            AccessScope full = _tokens.TryGetValue(wanted, out AccessToken? old) ? asked.Union(old.Scope) : asked;
            RegistryCredential? credential = await GetCredentialAsync(full, cancellationToken).ConfigureAwait(false);
            AccessToken token = await tokens.GetAsync(challenge, full, credential, cancellationToken).ConfigureAwait(false);
            if (_tokens.Count >= MaxTokens)
            {
                _tokens.Clear();
            }
            _tokens[wanted] = token;
            return token.Value;
        }
        finally
        {
            fetching.Release();
        }
    }

    // That of the scope itself, else one that is good for more: what may push may pull.
    private AccessToken? Find(AccessScope wanted, AccessScope asked, string? refused)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        bool IsGood(AccessToken token) => !token.IsExpired(now) && token.Value != refused && token.Scope.Covers(asked);
        return _tokens.TryGetValue(wanted, out AccessToken? own) && IsGood(own) ? own
            : refused is null && asked.PrimaryRepository is not null ? _tokens.Values.FirstOrDefault(IsGood)
            : null;
    }

    private async ValueTask<RegistryCredential?> GetCredentialAsync(AccessScope scope, CancellationToken cancellationToken) =>
        _lastCredential = _credentials is null ? null : await _credentials.GetAsync(_host, scope.PrimaryRepository, cancellationToken).ConfigureAwait(false);

    private static AuthenticationHeaderValue Header(string token) => new("Bearer", token);

    private sealed record BasicLogin(RegistryCredential? Credential, AuthenticationHeaderValue? Header);
}
