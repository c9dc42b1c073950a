using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Oci.Distribution.Http;

/// <summary>Makes the connections of a client, and checks those that an app brings.</summary>
internal static class ConnectionFactory
{
    /// <summary>Connections to the registry.</summary>
    public static SocketsHttpHandler CreateOwn(RegistryClientOptions options)
    {
        SocketsHttpHandler handler = Create(options);
        if (options.Certificates?.ClientCertificate is X509Certificate2 client)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(client, [.. options.Certificates.ClientChain], offline: true);
        }
        if (options.Insecure)
        {
            var connector = new InsecureConnector(handler.SslOptions, options.TimeProvider);
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            handler.ConnectCallback = connector.ConnectAsync;
        }
        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }

    /// <summary>Connections to all other hosts: the client shows nothing of itself there, and lets no check go.</summary>
    public static SocketsHttpHandler CreateForeign(RegistryClientOptions options)
    {
        SocketsHttpHandler handler = Create(options);
        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }

    /// <summary>Refuses an app's own connections where they would do what is this package's to do.</summary>
    /// <exception cref="ArgumentException">They follow redirects, keep cookies or decompress.</exception>
    public static void Check(HttpMessageHandler handler)
    {
        HttpMessageHandler? innermost = handler;
        while (innermost is DelegatingHandler { InnerHandler: HttpMessageHandler inner })
        {
            innermost = inner;
        }
        string? problem = innermost switch
        {
            SocketsHttpHandler h => Describe(h.AllowAutoRedirect, h.UseCookies, h.AutomaticDecompression, h.Credentials is not null || h.PreAuthenticate),
            HttpClientHandler h => Describe(h.AllowAutoRedirect, h.UseCookies, h.AutomaticDecompression, h.Credentials is not null || h.UseDefaultCredentials || h.PreAuthenticate),
            _ => null,
        };
        if (problem is not null)
        {
            throw new ArgumentException(
                $"RegistryClientOptions.Handler {problem}, which would undo what the client promises: credentials go to the registry alone, and digests are over the bytes as they come. RegistryClientOptions.CreateHandler makes one that is right.", nameof(handler));
        }
    }

    private static string? Describe(bool redirects, bool cookies, DecompressionMethods decompression, bool credentials) =>
        redirects ? "follows redirects (AllowAutoRedirect)"
        : cookies ? "keeps cookies (UseCookies)"
        : decompression != DecompressionMethods.None ? "decompresses (AutomaticDecompression)"
        : credentials ? "answers challenges (Credentials)"
        : null;

    private static SocketsHttpHandler Create(RegistryClientOptions options) => new()
    {
        // Redirects are followed by RedirectHandler, and bytes must come as they are: digests are over them.
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
        MaxConnectionsPerServer = options.MaxConnectionsPerHost,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 64 * 1024,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // The storage behind a registry is often of the same private authority.
        SslOptions = { RemoteCertificateValidationCallback = new ServerCertificateValidator(options.Certificates?.Authorities ?? []).Validate },
    };
}
