using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>Makes tokens, and reads them again.</summary>
internal sealed class TokenIssuer : IDisposable
{
    private const string AccessType = "JWT";

    // Of another type, so that neither is ever taken for the other.
    private const string RefreshType = "oci-refresh+jwt";

    // Clocks of one host are the same; those of two that share a key are not quite.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly RegistryTokenOptions _options;
    private readonly TimeProvider _time;
    private readonly TokenKey _key;
    private readonly VerifiedTokens _verified = new();

    public TokenIssuer(IOptionsMonitor<RegistryTokenOptions> options, TimeProvider time)
    {
        _options = options.Get(OciAuthenticationDefaults.TokenScheme);
        _time = time;
        _key = _options.KeyFile is { } path ? TokenKey.Load(path) : TokenKey.Create();
    }

    /// <summary>The pattern that <c>MapOciTokens</c> was called with; <see langword="null"/> where it was not.</summary>
    public string? Pattern { get; set; }

    public TokenAnswer Issue(ClaimsPrincipal user, IReadOnlyList<TokenAccess> access, string? refreshToken)
    {
        TokenPayload payload = CreatePayload(user, _options.Lifetime) with { Access = access };
        string token = JsonWebToken.Write(_key, AccessType, payload);
        string issuedAt = DateTimeOffset.FromUnixTimeSeconds(payload.IssuedAt).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return new TokenAnswer(token, token, (long)_options.Lifetime.TotalSeconds, issuedAt, refreshToken, access.Count == 0 ? null : string.Join(' ', access));
    }

    /// <summary>A token to get others by without the password; <see langword="null"/> where nothing would end it with the password.</summary>
    public string? IssueRefresh(ClaimsPrincipal user) =>
        _options.RefreshLifetime > TimeSpan.Zero && user.FindFirst(PasswordStamp.ClaimType)?.Value is { } stamp
            ? JsonWebToken.Write(_key, RefreshType, CreatePayload(user, _options.RefreshLifetime) with { Stamp = stamp, Roles = null })
            : null;

    /// <summary>Reads the token of a request; <see langword="null"/> where it is not one of this registry that holds now.</summary>
    public TokenPayload? Read(string token)
    {
        UInt128 key = VerifiedTokens.GetKey(token);
        if (_verified.TryGet(key, out TokenPayload? known))
        {
            return HoldsNow(known) ? known : null;
        }
        if (Verify(token, AccessType) is not { } payload)
        {
            return null;
        }
        _verified.Add(key, payload);
        return payload;
    }

    public TokenPayload? ReadRefresh(string token) => Verify(token, RefreshType);

    public void Dispose() => _key.Dispose();

    private TokenPayload? Verify(string token, string type) =>
        JsonWebToken.TryRead(_key, type, token, out TokenPayload? payload)
            && payload.Issuer == _options.Issuer && payload.Audience == _options.Service && HoldsNow(payload)
            ? payload
            : null;

    private bool HoldsNow(TokenPayload payload)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        long skew = (long)Skew.TotalSeconds;
        return now < payload.Expires + skew && now >= payload.NotBefore - skew;
    }

    private TokenPayload CreatePayload(ClaimsPrincipal user, TimeSpan lifetime)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        string[] roles = [.. user.FindAll(ClaimTypes.Role).Select(claim => claim.Value)];
        return new TokenPayload
        {
            Issuer = _options.Issuer,
            Subject = user.Identity is { IsAuthenticated: true, Name: { } name } ? name : "",
            Audience = _options.Service,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + (long)lifetime.TotalSeconds,
            Id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)),
            Roles = roles.Length == 0 ? null : roles,
        };
    }
}
