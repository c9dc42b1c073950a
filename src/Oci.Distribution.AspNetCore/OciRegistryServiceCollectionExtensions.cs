using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore;
using Oci.Distribution.AspNetCore.Authorization;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Diagnostics;
using Oci.Distribution.AspNetCore.GarbageCollection;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Proxying;
using Oci.Distribution.AspNetCore.Referrers;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Distribution.AspNetCore.Uploads;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an OCI registry to an app.</summary>
public static class OciRegistryServiceCollectionExtensions
{
    /// <summary>Adds the registry's services. <c>MapOciRegistry</c> then puts it under <c>/v2/</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets the options; <see cref="OciRegistryOptions.RootDirectory"/> or <see cref="OciRegistryOptions.InMemory"/> at least.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// The app fails to start with an <see cref="OptionsValidationException"/> where the options name no store, and with
    /// an <see cref="IOException"/> where the root folder cannot be made or another process has it.
    /// </remarks>
    public static IServiceCollection AddOciRegistry(this IServiceCollection services, Action<OciRegistryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OciRegistryOptions>()
            .Configure(configure)
            .Validate(options => options.InMemory != !string.IsNullOrWhiteSpace(options.RootDirectory), "Set OciRegistryOptions.RootDirectory to the folder that holds the registry's content, or InMemory to true; not both.")
            .Validate(options => options.AuthorizationPolicy is null || options.Authorize is null, "Set OciRegistryOptions.AuthorizationPolicy or Authorize, not both.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddRouting();
        services.AddSingleton<IObjectStore>(provider =>
        {
            OciRegistryOptions options = provider.GetRequiredService<IOptions<OciRegistryOptions>>().Value;
            return options.InMemory ? new MemoryObjectStore(provider.GetRequiredService<TimeProvider>()) : new DiskObjectStore(options.RootDirectory!);
        });
        services.AddSingleton<RegistryAuthorization>();
        services.AddSingleton<ContentClaims>();
        services.AddSingleton<RepositoryLocks>();
        services.AddSingleton<RepositoryStore>();
        services.AddSingleton<BlobStore>();
        services.AddSingleton<TagStore>();
        services.AddSingleton<ReferrerStore>();
        services.AddSingleton<ManifestStore>();
        services.AddSingleton<ManifestReferences>();
        services.AddSingleton<UploadSessions>();
        services.AddSingleton<BlobEndpoints>();
        services.AddSingleton<UploadEndpoints>();
        services.AddSingleton<UploadStartEndpoint>();
        services.AddSingleton<ManifestEndpoints>();
        services.AddSingleton<TagEndpoints>();
        services.AddSingleton<ReferrerEndpoints>();
        services.AddSingleton<CatalogEndpoint>();
        services.AddMetrics();
        services.AddSingleton<RegistryMetrics>();
        services.AddSingleton<RegistryDiagnostics>();
        services.AddSingleton<AnnouncedBlobs>();
        services.AddSingleton<UpstreamHealth>();
        services.AddSingleton<UpstreamManifests>();
        services.AddSingleton<BlobDownloads>();
        services.AddSingleton<ProxyManifestEndpoint>();
        services.AddSingleton<ProxyBlobEndpoint>();
        services.AddSingleton<ProxyListEndpoints>();
        services.AddSingleton<ProxyEndpoints>();
        services.AddSingleton<RegistryRequestHandler>();
        services.AddSingleton<RepositoryMarker>();
        services.AddSingleton<RepositorySweeper>();
        services.AddSingleton(provider => new RegistryGarbageCollector(
            provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<RepositoryStore>(),
            provider.GetRequiredService<RepositorySweeper>(),
            provider.GetRequiredService<ContentClaims>(),
            provider.GetRequiredService<UploadSessions>(),
            provider.GetRequiredService<IOptions<OciRegistryOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RegistryMetrics>(),
            provider.GetRequiredService<ILogger<RegistryGarbageCollector>>()));
        services.AddHostedService<UploadSweeper>();
        services.AddHostedService<BackgroundCollection>();
        return services;
    }
}
