using System.Security.Claims;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>Who came with a token of this registry, and what it permits. Not authenticated where the token is one for anybody.</summary>
internal sealed class RegistryTokenIdentity : ClaimsIdentity
{
    private readonly IReadOnlyList<TokenAccess> _access;

    public RegistryTokenIdentity(TokenPayload payload, string scheme)
        : base(CreateClaims(payload), string.IsNullOrEmpty(payload.Subject) ? null : scheme) => _access = payload.Access ?? [];

    private RegistryTokenIdentity(RegistryTokenIdentity other)
        : base(other) => _access = other._access;

    public static RegistryTokenIdentity? Find(ClaimsPrincipal user) => user.Identities.OfType<RegistryTokenIdentity>().FirstOrDefault();

    /// <summary>Whether the token permits this.</summary>
    public bool Permits(RegistryResource resource) => resource.Action switch
    {
        RegistryAction.Connect => true,
        RegistryAction.ListRepositories => Permits(TokenAccess.RegistryType, TokenAccess.Catalog, TokenAccess.Any),
        RegistryAction.Pull => Permits(TokenAccess.RepositoryType, resource.Repository!, TokenAccess.Pull),
        RegistryAction.Push => Permits(TokenAccess.RepositoryType, resource.Repository!, TokenAccess.Push),
        RegistryAction.Delete => Permits(TokenAccess.RepositoryType, resource.Repository!, TokenAccess.Delete),
        _ => false,
    };

    // Apps that transform claims work on a copy.
    public override ClaimsIdentity Clone() => new RegistryTokenIdentity(this);

    private bool Permits(string type, string name, string action) =>
        _access.Any(access => access.Type == type && access.Name == name && access.Actions.Contains(action));

    private static IEnumerable<Claim> CreateClaims(TokenPayload payload) =>
        string.IsNullOrEmpty(payload.Subject)
            ? []
            : [new Claim(ClaimTypes.Name, payload.Subject), .. (payload.Roles ?? []).Select(role => new Claim(ClaimTypes.Role, role))];
}
