namespace Oci.Distribution.Authentication;

/// <summary>That a login is kept, and where; not its secret.</summary>
/// <param name="Registry">The registry, with its port where one was given, or a repository or namespace of it. Docker Hub is <c>docker.io</c>.</param>
/// <param name="Username">The user; empty for an identity token, <see langword="null"/> where it was not told.</param>
/// <param name="Helper">The credential helper that keeps it, such as <c>secretservice</c>; <see langword="null"/> where the file itself does.</param>
public sealed record StoredCredential(string Registry, string? Username, string? Helper);
