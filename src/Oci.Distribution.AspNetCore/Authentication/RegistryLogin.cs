namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Says that the app has a way to log in to the registry, so that the registry is not open to all by mistake.</summary>
internal sealed class RegistryLogin;
