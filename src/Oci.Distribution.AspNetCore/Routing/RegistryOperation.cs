namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>What a method on an endpoint does, and what it has to be permitted as.</summary>
/// <param name="Action">What the policy is asked about.</param>
/// <param name="Run">Does it and answers.</param>
/// <param name="TakesBlob">True where the request's body is a blob, so that the server's limits for forms do not apply.</param>
internal readonly record struct RegistryOperation(RegistryAction Action, Func<RegistryCall, Task> Run, bool TakesBlob = false);
