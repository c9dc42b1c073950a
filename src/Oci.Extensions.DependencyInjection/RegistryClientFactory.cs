using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution;
using Oci.Distribution.Authentication;

namespace Oci.Extensions.DependencyInjection;

/// <summary>Makes clients of what the services hold.</summary>
internal static class RegistryClientFactory
{
    public const string DefaultName = "Oci.Distribution";

    public static RegistryClient Create(IServiceProvider provider, string name, Uri registry)
    {
        RegistryClientOptions options = provider.GetRequiredService<IOptionsMonitor<RegistryClientOptions>>().Get(name);
        options.Handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        return new RegistryClient(registry, options);
    }

    /// <summary>Takes from the services what the app left as it was.</summary>
    public static void Complete(RegistryClientOptions options, IServiceProvider provider)
    {
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        options.Credentials ??= provider.GetService<ICredentialSource>();
        if (options.TimeProvider == TimeProvider.System && provider.GetService<TimeProvider>() is TimeProvider clock)
        {
            options.TimeProvider = clock;
        }
    }
}
