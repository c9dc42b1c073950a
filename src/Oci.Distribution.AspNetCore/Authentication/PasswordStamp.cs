using System.Security.Cryptography;
using System.Text;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Names the password that a user logged in by, without telling anything of it.</summary>
internal static class PasswordStamp
{
    /// <summary>The claim that carries it.</summary>
    public const string ClaimType = "oci:password-stamp";

    // A hash of the bcrypt hash, whose salt is random: another one whenever the password is set.
    public static string Of(HtpasswdEntry entry) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(entry.Text)).AsSpan(0, 16));
}
