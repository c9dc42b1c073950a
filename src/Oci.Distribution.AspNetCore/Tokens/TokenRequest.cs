using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Oci.Distribution.AspNetCore.Uploads;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>What a client asks a token service for, by GET or as an OAuth2 form (Docker's "Token Authentication Specification" and "OAuth2").</summary>
internal sealed record TokenRequest
{
    private const int MaxFormLength = 64 * 1024;
    private const int MaxScopes = 64;

    public required string Service { get; init; }

    /// <summary>What is asked for; scopes of kinds that are not known here included.</summary>
    public required IReadOnlyList<TokenAccess> Scopes { get; init; }

    /// <summary>True where a refresh token is asked for as well.</summary>
    public required bool IsOffline { get; init; }

    /// <summary><c>password</c> or <c>refresh_token</c>; empty with GET, where the header says who asks.</summary>
    public string GrantType { get; init; } = "";

    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    public string RefreshToken { get; init; } = "";

    /// <summary>Reads a request; <see langword="null"/> where it is no form, or asks for too much at once.</summary>
    public static async Task<TokenRequest?> ReadAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            IQueryCollection query = context.Request.Query;
            return Parse(query["scope"]) is { } asked
                ? new TokenRequest { Service = query["service"].ToString(), Scopes = asked, IsOffline = query["offline_token"] == "true" }
                : null;
        }
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }
        UploadLimits.SetMaxSize(context, MaxFormLength);
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        return Parse(form["scope"]) is { } scopes
            ? new TokenRequest
            {
                Service = form["service"].ToString(),
                Scopes = scopes,
                IsOffline = form["access_type"] == "offline",
                GrantType = form["grant_type"].ToString(),
                UserName = form["username"].ToString(),
                Password = form["password"].ToString(),
                RefreshToken = form["refresh_token"].ToString(),
            }
            : null;
    }

    // Several parameters, or one with spaces in it: clients do either.
    private static List<TokenAccess>? Parse(StringValues values)
    {
        var scopes = new List<TokenAccess>();
        foreach (string? value in values)
        {
            foreach (string scope in (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (scopes.Count == MaxScopes || !TokenAccess.TryParse(scope, out TokenAccess access))
                {
                    return null;
                }
                scopes.Add(access);
            }
        }
        return scopes;
    }
}
