using Oci.Distribution.Http;

namespace Oci.Distribution.Authentication;

/// <summary>Decides whether a token service that a registry names may be asked, and given credentials.</summary>
internal sealed class RealmTrust(Uri registry, IEnumerable<string> trustedHosts)
{
    private readonly string[] _trustedHosts = [.. trustedHosts];

    /// <summary>The realm as an address.</summary>
    /// <exception cref="RegistryAuthenticationException">It is none, is not https, or is a stranger that would get credentials.</exception>
    public Uri Check(string? realm, bool sendsCredentials)
    {
        if (!Uri.TryCreate(realm, UriKind.Absolute, out Uri? uri) || !UriRules.IsHttpOrHttps(uri) || uri.UserInfo.Length != 0 || uri.Fragment.Length != 0)
        {
            throw new RegistryAuthenticationException("The registry's challenge names no token service (realm) that is an http or https address.", requestUri: registry, method: HttpMethod.Get);
        }
        bool sameHost = string.Equals(uri.IdnHost, registry.IdnHost, StringComparison.OrdinalIgnoreCase);
        bool bothLoopback = UriRules.IsLoopback(uri.Host) && UriRules.IsLoopback(registry.Host);
        // Plain http is only as good as the registry's own: never a step down, never to another machine.
        if (UriRules.IsHttp(uri) && !(UriRules.IsHttp(registry) && (sameHost || bothLoopback)))
        {
            throw new RegistryAuthenticationException($"The registry {registry.Authority} names a token service on plain http, {uri.Authority}; that is refused.", HttpMethod.Get, uri);
        }
        if (sendsCredentials && !sameHost && !bothLoopback && !IsTrusted(uri))
        {
            throw new RegistryAuthenticationException(
                $"The registry {registry.Authority} wants its credentials sent to {uri.Authority}, which is another host; that is refused.",
                HttpMethod.Get, uri, $"Where that host is the registry's token service, add '{uri.IdnHost}' to RegistryClientOptions.TrustedHosts.");
        }
        return uri;
    }

    // registry.gitlab.com has its token service at gitlab.com: who holds the parent holds the child.
    // Brothers are not trusted so, since a.co.uk and b.co.uk are strangers.
    private bool IsTrusted(Uri realm) =>
        UriRules.IsListed(realm, _trustedHosts)
        || (realm.IdnHost.Contains('.') && registry.IdnHost.EndsWith($".{realm.IdnHost}", StringComparison.OrdinalIgnoreCase))
        || (DockerHub.IsHub(registry.IdnHost) && string.Equals(realm.IdnHost, DockerHub.TokenHost, StringComparison.OrdinalIgnoreCase));
}
