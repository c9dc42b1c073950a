using System.Security.Claims;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Who logged in by an entry of an htpasswd file.</summary>
internal static class HtpasswdUser
{
    public static ClaimsPrincipal Create(string name, HtpasswdEntry entry, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(PasswordStamp.ClaimType, PasswordStamp.Of(entry))], scheme));
}
