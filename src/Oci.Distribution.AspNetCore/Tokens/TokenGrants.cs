using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Authorization;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>Finds out which part of what is asked for a user may have. The rest is left out without a word, as the specification has it.</summary>
internal sealed class TokenGrants(RegistryAuthorization authorization)
{
    private static readonly (string Name, RegistryAction Action)[] Actions =
        [(TokenAccess.Pull, RegistryAction.Pull), (TokenAccess.Push, RegistryAction.Push), (TokenAccess.Delete, RegistryAction.Delete)];

    public async Task<IReadOnlyList<TokenAccess>> FindAsync(HttpContext context, ClaimsPrincipal user, IReadOnlyList<TokenAccess> asked)
    {
        var granted = new List<TokenAccess>();
        foreach (TokenAccess scope in asked)
        {
            if (scope is { Type: TokenAccess.RegistryType, Name: TokenAccess.Catalog } && scope.Actions.Contains(TokenAccess.Any)
                && await authorization.MayAsync(context, user, new RegistryResource(null, RegistryAction.ListRepositories)).ConfigureAwait(false))
            {
                granted.Add(scope with { Actions = [TokenAccess.Any] });
            }
            else if (scope.Type == TokenAccess.RepositoryType && RepositoryName.TryParse(scope.Name, out _))
            {
                var actions = new List<string>();
                foreach ((string name, RegistryAction action) in Actions)
                {
                    if ((scope.Actions.Contains(name) || scope.Actions.Contains(TokenAccess.Any))
                        && await authorization.MayAsync(context, user, new RegistryResource(scope.Name, action)).ConfigureAwait(false))
                    {
                        actions.Add(name);
                    }
                }
                if (actions.Count > 0)
                {
                    granted.Add(scope with { Actions = actions });
                }
            }
        }
        return granted;
    }
}
