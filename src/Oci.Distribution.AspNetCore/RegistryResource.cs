namespace Oci.Distribution.AspNetCore;

/// <summary>The resource that <see cref="OciRegistryOptions.AuthorizationPolicy"/> decides about.</summary>
/// <param name="Repository">The repository's name, in the grammar of distribution-spec; <see langword="null"/> where the request is about none.</param>
/// <param name="Action">What the request wants to do.</param>
public sealed record RegistryResource(string? Repository, RegistryAction Action);
