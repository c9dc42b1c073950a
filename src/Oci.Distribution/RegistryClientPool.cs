using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Oci.Distribution.Configuration;
using Oci.Distribution.Http;
using Oci.Distribution.Mirrors;
using Oci.Image;

namespace Oci.Distribution;

/// <summary>Clients of many registries with one set of options: one client each, made when it is first asked for, with the certificates of its host.</summary>
/// <remarks>Plain http is spoken to loopback addresses that have no certificates, and elsewhere only where the options or registries.conf ask for it. Safe for concurrent calls; keep it.</remarks>
public sealed class RegistryClientPool : IDisposable
{
    private readonly Dictionary<(string Host, bool Insecure), RegistryClient> _clients = [];
    private readonly Lock _lock = new();
    private readonly RegistryClientOptions _options;
    private readonly RegistriesConfiguration _registries;
    private readonly string[] _certificateFolders;
    private readonly ILogger _logger;
    private bool _disposed;

    /// <summary>Makes a pool. Nothing is asked of any registry yet.</summary>
    /// <param name="options">Read now; later changes have no effect.</param>
    /// <exception cref="ArgumentException">The options set <see cref="RegistryClientOptions.Handler"/>.</exception>
    public RegistryClientPool(RegistryClientPoolOptions? options = null)
    {
        options ??= new RegistryClientPoolOptions();
        if (options.Client.Handler is not null)
        {
            throw new ArgumentException("RegistryClientOptions.Handler cannot serve many registries; RegistryClientOptions.ConfigureHandler changes the connections to each.", nameof(options));
        }
        _options = options.Client.Copy();
        _registries = options.Registries;
        _certificateFolders = [.. options.CertificateFolders];
        _logger = (_options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(RegistryTelemetry.Name);
    }

    /// <summary>The repository that a reference names, to write to and to ask. Mirrors and other locations are for reading alone, as containers-registries.conf(5) has it.</summary>
    /// <exception cref="RegistryException">The reference is blocked, or the certificates for its registry cannot be read.</exception>
    public Repository Open(Reference reference) =>
        GetClient(reference, _registries.FindAllowed(reference)?.IsInsecure ?? false).Repository(reference.Repository);

    /// <summary>What is read for a reference: its mirrors in order, then the registry, or the location that registries.conf has for it.</summary>
    /// <remarks>
    /// A place that fails, lacks the content or hands out another is passed over, and the log tells; a tag is that of the first place that has it.
    /// Content is always checked by its digest, wherever it comes from. Asked without a digest, mirrors for digests alone are left out.
    /// </remarks>
    /// <exception cref="RegistryException">The reference is blocked, or the certificates for a registry cannot be read.</exception>
    public IContentSource OpenSource(Reference reference)
    {
        MirrorPlace[] places = [.. _registries.GetPullSources(reference).Select(source =>
            new MirrorPlace(source, GetClient(source.Reference, source.IsInsecure).Repository(source.Reference.Repository)))];
        return places is [MirrorPlace only] ? only.Repository : new MirroredSource(places, _logger);
    }

    /// <summary>Closes the connections of all clients. Streams that are still open end with an error.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (RegistryClient client in _clients.Values)
            {
                client.Dispose();
            }
            _clients.Clear();
        }
    }

    private RegistryClient GetClient(Reference reference, bool insecure)
    {
        if (reference == default)
        {
            throw new ArgumentException("The reference names no registry.", nameof(reference));
        }
        (string, bool) key = (reference.Host.ToLowerInvariant(), insecure);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_clients.TryGetValue(key, out RegistryClient? client))
            {
                RegistryClientOptions options = _options.Copy();
                options.Insecure |= insecure;
                options.Certificates = RegistryCertificates.LoadFor(reference.Host, _certificateFolders) ?? options.Certificates;
                client = RegistryClient.For(reference, options);
                _clients.Add(key, client);
            }
            return client;
        }
    }
}
