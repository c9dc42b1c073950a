using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>The blobs that are on their way: one fetch for all clients that want the same one of a repository.</summary>
internal sealed partial class BlobDownloads(IObjectStore store, BlobStore blobs, IOptions<OciRegistryOptions> options, IHostApplicationLifetime lifetime, ILogger<BlobDownloads> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(RepositoryName, Digest), BlobDownload> _running = [];

    /// <summary>How many run.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Joins the download of a blob, or starts it; <see langword="null"/> where too many run. The caller leaves it.</summary>
    public BlobDownload? Join(RepositoryName repository, Descriptor descriptor, IContentSource source)
    {
        (RepositoryName, Digest) key = (repository, descriptor.Digest);
        lock (_lock)
        {
            if (_running.TryGetValue(key, out BlobDownload? running) && running.TryJoin())
            {
                return running;
            }
            if (_running.Count >= options.Value.MaxUpstreamDownloads)
            {
                return null;
            }
            var download = new BlobDownload(repository, descriptor, store, blobs);
            download.TryJoin();
            _running[key] = download;
            // Nobody's request: a client that goes away does not end it for the others, nor for the store.
            _ = Task.Run(() => RunAsync(key, download, source), CancellationToken.None);
            return download;
        }
    }

    private async Task RunAsync((RepositoryName Repository, Digest Digest) key, BlobDownload download, IContentSource source)
    {
        try
        {
            if (await download.RunAsync(source, lifetime.ApplicationStopping).ConfigureAwait(false) is { } failure)
            {
                LogFailed(failure, key.Repository.ToString(), key.Digest);
            }
        }
        catch (Exception e)
        {
            // What was staged could not be removed; the next start of the registry does.
            LogFailed(e, key.Repository.ToString(), key.Digest);
        }
        finally
        {
            lock (_lock)
            {
                if (_running.TryGetValue(key, out BlobDownload? running) && running == download)
                {
                    _running.Remove(key);
                }
            }
        }
    }

    [LoggerMessage(21, LogLevel.Warning, "The upstream of {Repository} did not give the blob {Digest}; nothing of it is kept.")]
    private partial void LogFailed(Exception exception, string repository, Digest digest);
}
