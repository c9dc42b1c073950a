namespace Oci.Distribution.Authentication;

/// <summary>A Bearer token, what it is good for, and until when.</summary>
internal sealed class AccessToken(string value, AccessScope scope, DateTimeOffset expiresAt)
{
    public string Value { get; } = value;

    public AccessScope Scope { get; } = scope;

    public bool IsExpired(DateTimeOffset now) => now >= expiresAt;
}
