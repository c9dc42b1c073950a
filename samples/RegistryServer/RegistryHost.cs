using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Distribution.AspNetCore;

namespace RegistryServer;

/// <summary>The registry as an app: built of the settings, and run until it is told to stop.</summary>
internal static class RegistryHost
{
    // What a push of a large layer over a slow line may take to end, once nothing new is accepted.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Runs to the end; the process's exit code.</summary>
    public static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        RegistryClient? upstream = null;
        try
        {
            if (settings.Proxy is { } proxy)
            {
                // A client that waits for a cache should not wait for an upstream that is down.
                upstream = new RegistryClient(proxy, new RegistryClientOptions { Credentials = AuthFileCredentialSource.CreateDefault(), MaxRetries = 1, ResponseTimeout = TimeSpan.FromSeconds(30) });
            }
            await using WebApplication app = Build(settings, upstream);
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or CryptographicException)
        {
            // The address is in use, the folder belongs to another registry, a file is not what it should be: the message says which.
            await Console.Error.WriteLineAsync($"registry: {e.Message}");
            return 1;
        }
        finally
        {
            upstream?.Dispose();
        }
    }

    private static WebApplication Build(Settings settings, RegistryClient? upstream)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(settings.Urls);
        if (settings.Certificate is { } certificate)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, settings.Key);
                // What stands behind the first one is its chain.
                https.ServerCertificateChain = [];
                https.ServerCertificateChain.ImportFromPemFile(certificate);
            }));
        }
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        // What keeps it from starting is told in one line, below.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It makes keys for cookies, of which a registry has none.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        if (settings.Verbose)
        {
            builder.Logging.AddFilter("Oci", LogLevel.Information);
        }
        AddLogin(builder.Services, settings);
        builder.Services.AddHealthChecks().AddOciRegistry();
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = settings.Data;
            options.ReadOnly = settings.ReadOnly;
            options.AllowDelete = !settings.NoDelete;
            options.GarbageCollectionInterval = settings.CollectEvery;
            options.GarbageCollection.RemoveUntagged = settings.CollectUntagged;
            if (settings.AnonymousPull)
            {
                options.Authorize = (user, resource) => resource.Action == RegistryAction.Pull || user.Identity is { IsAuthenticated: true };
            }
            if (upstream is not null)
            {
                options.Upstream = upstream.Repository;
            }
        });
        WebApplication app = builder.Build();
        app.MapOciRegistry();
        app.MapHealthChecks("/healthz");
        if (settings.Tokens)
        {
            app.MapOciTokens();
        }
        return app;
    }

    private static void AddLogin(IServiceCollection services, Settings settings)
    {
        if (settings.Htpasswd is not { } file)
        {
            return;
        }
        var authentication = services.AddAuthentication().AddOciHtpasswd(options => options.File = file);
        if (settings.Tokens)
        {
            authentication.AddOciTokens();
        }
    }
}
