using Microsoft.Extensions.Options;
using Oci.Distribution;
using Oci.Extensions.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds clients of registries.</summary>
public static class OciRegistryClientServiceCollectionExtensions
{
    /// <summary>Adds the client of one registry, as a singleton <see cref="RegistryClient"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="registry">The registry's root, such as <c>https://registry.example</c>.</param>
    /// <param name="configure">Sets the options. Logging, the clock and an <c>ICredentialSource</c> are taken from the services where it leaves them.</param>
    /// <returns>The builder of what requests to the registry go through: handlers added there are below the client's own retries, authentication and redirects.</returns>
    /// <remarks>
    /// A handler of the app sees each request as it goes out, with its <c>Authorization</c>. A primary handler of the app must neither follow redirects, nor keep cookies,
    /// nor decompress, nor answer challenges: else the client is refused with an <see cref="ArgumentException"/> when it is first asked for. Other hosts that
    /// a registry redirects to are reached by connections of the client's own. The factory's own logging, which tells whole addresses, is off.
    /// </remarks>
    public static IHttpClientBuilder AddOciRegistryClient(this IServiceCollection services, Uri registry, Action<RegistryClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(registry);
        IHttpClientBuilder builder = services.AddRegistryConnections(RegistryClientFactory.DefaultName, configure);
        services.AddSingleton(provider => RegistryClientFactory.Create(provider, builder.Name, registry));
        return builder;
    }

    /// <summary>Adds the client of one registry among several, as a singleton <see cref="RegistryClient"/> with a key.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="name">The key: <c>[FromKeyedServices("name")] RegistryClient client</c>.</param>
    /// <param name="registry">The registry's root.</param>
    /// <param name="configure">Sets the options.</param>
    /// <inheritdoc cref="AddOciRegistryClient(IServiceCollection, Uri, Action{RegistryClientOptions}?)" path="/returns|/remarks"/>
    public static IHttpClientBuilder AddOciRegistryClient(this IServiceCollection services, string name, Uri registry, Action<RegistryClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(registry);
        IHttpClientBuilder builder = services.AddRegistryConnections($"{RegistryClientFactory.DefaultName}/{name}", configure);
        services.AddKeyedSingleton(name, (provider, _) => RegistryClientFactory.Create(provider, builder.Name, registry));
        return builder;
    }

    /// <summary>Adds clients of many registries, as a singleton <see cref="RegistryClientPool"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets the options. Logging, the clock and an <c>ICredentialSource</c> are taken from the services where it leaves them.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>Each registry has connections of its own, which <see cref="RegistryClientOptions.ConfigureHandler"/> changes; <c>IHttpClientFactory</c> has no part in them.</remarks>
    public static IServiceCollection AddOciRegistryClientPool(this IServiceCollection services, Action<RegistryClientPoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RegistryClientPoolOptions>()
            .Configure(configure ?? (_ => { }))
            .PostConfigure<IServiceProvider>((options, provider) => RegistryClientFactory.Complete(options.Client, provider));
        services.AddSingleton(provider => new RegistryClientPool(provider.GetRequiredService<IOptions<RegistryClientPoolOptions>>().Value));
        return services;
    }

    private static IHttpClientBuilder AddRegistryConnections(this IServiceCollection services, string name, Action<RegistryClientOptions>? configure)
    {
        services.AddOptions<RegistryClientOptions>(name)
            .Configure(configure ?? (_ => { }))
            .PostConfigure<IServiceProvider>((options, provider) => RegistryClientFactory.Complete(options, provider));
        return services.AddHttpClient(name)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<IOptionsMonitor<RegistryClientOptions>>().Get(name).CreateHandler())
            // The client keeps what it is given; its connections are renewed after ten minutes, as the factory would.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }
}
