using Microsoft.Extensions.Diagnostics.HealthChecks;
using Oci.Distribution.AspNetCore.Diagnostics;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the registry to an app's health checks.</summary>
public static class OciHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that the registry's store can be written and read, and has room.</summary>
    /// <param name="builder">What <c>AddHealthChecks</c> gave.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="minFreeSpace">With fewer bytes free, the check is degraded. 1 GiB by default.</param>
    /// <param name="failureStatus">What the check says where the store cannot be written; <see langword="null"/> for unhealthy.</param>
    /// <param name="tags">Tags to select checks by.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddOciRegistry(this IHealthChecksBuilder builder, string name = "oci-registry", long minFreeSpace = 1024 * 1024 * 1024, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegative(minFreeSpace);
        return builder.Add(new HealthCheckRegistration(name, provider => ActivatorUtilities.CreateInstance<RegistryHealthCheck>(provider, minFreeSpace), failureStatus, tags));
    }
}
