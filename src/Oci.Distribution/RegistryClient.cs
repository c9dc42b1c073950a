using System.Net;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;
using Oci.Distribution.Tags;

namespace Oci.Distribution;

/// <summary>A client of one registry. Safe for concurrent calls; make one and keep it, since it holds the connections and tokens.</summary>
public sealed class RegistryClient : IDisposable
{
    private readonly RegistryTransport _transport;

    /// <summary>Makes a client.</summary>
    /// <param name="registry">The registry's root, such as <c>https://registry.example:5000</c>: http or https, without path, user and query.</param>
    /// <param name="options">Read now; later changes have no effect.</param>
    /// <exception cref="ArgumentException">The address is not of that form, or <see cref="RegistryClientOptions.Handler"/> does what is the client's to do.</exception>
    public RegistryClient(Uri registry, RegistryClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (!UriRules.IsHttpOrHttps(registry) || registry.PathAndQuery != "/" || registry.UserInfo.Length != 0 || registry.Fragment.Length != 0)
        {
            throw new ArgumentException("A registry's address is http or https with a host and perhaps a port, and nothing more. Credentials go into RegistryClientOptions.", nameof(registry));
        }
        Registry = registry;
        _transport = new RegistryTransport(registry, options ?? new RegistryClientOptions());
    }

    /// <summary>The registry's root.</summary>
    public Uri Registry { get; }

    /// <summary>Makes a client of the registry that a reference names: on https, but for loopback addresses without <see cref="RegistryClientOptions.Certificates"/>, and with <see cref="RegistryClientOptions.PlainHttp"/> or <see cref="RegistryClientOptions.Insecure"/>.</summary>
    /// <param name="reference">Any reference to the registry; <c>docker.io</c> leads to Docker Hub's registry.</param>
    /// <param name="options">Read now; later changes have no effect.</param>
    /// <exception cref="ArgumentException">The reference is <c>default</c>.</exception>
    public static RegistryClient For(Reference reference, RegistryClientOptions? options = null)
    {
        if (reference == default)
        {
            throw new ArgumentException("The reference names no registry.", nameof(reference));
        }
        string host = DockerHub.IsHub(reference.Host) ? DockerHub.RegistryHost : reference.Host;
        var https = new Uri($"https://{host}/");
        bool plain = options?.PlainHttp == true || options?.Insecure == true || (options?.Certificates is null && UriRules.IsLoopback(https.Host));
        return new RegistryClient(plain ? new Uri($"http://{host}/") : https, options);
    }

    /// <summary>A repository of this registry. Nothing is asked of the registry yet.</summary>
    /// <exception cref="FormatException">The name is none by distribution-spec.</exception>
    public Repository Repository(string name) => new(this, _transport, name);

    /// <summary>Asks whether the registry is there, speaks this protocol, and takes the credentials (distribution-spec, end-1).</summary>
    /// <exception cref="RegistryException">It is not, does not, or does not take them.</exception>
    public async Task PingAsync(CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Get, "/v2/", AccessScope.None);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.OK).ConfigureAwait(false);
    }

    /// <summary>The registry's repositories, page by page. Not part of the spec: many registries refuse it, or want special rights.</summary>
    /// <param name="options">After which, and in pages of which size; <see langword="null"/> for all, in the registry's pages. Read when the first page is.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    public IAsyncEnumerable<string> ListRepositoriesAsync(PageOptions? options = null, CancellationToken cancellationToken = default)
    {
        return new Pager(_transport, AccessScope.Catalog).ListAsync(
            "/v2/_catalog", DistributionJsonContext.Default.RepositoryList, page => page.Repositories, options ?? new PageOptions(), cancellationToken);
    }

    /// <summary>Closes the connections. Streams that are still open end with an error.</summary>
    public void Dispose() => _transport.Dispose();
}
