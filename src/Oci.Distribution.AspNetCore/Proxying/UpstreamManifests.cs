using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>Brings the store's manifests up to the upstream's before they are served from it.</summary>
internal sealed partial class UpstreamManifests(
    ManifestStore manifests,
    IObjectStore store,
    AnnouncedBlobs announced,
    UpstreamHealth health,
    IOptions<OciRegistryOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<UpstreamManifests> logger)
{
    // How long a client waits for an upstream that does not answer, where there is an older answer to give.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SingleFlight<UpstreamOutcome> _flights = new();

    /// <summary>Fetches what a tag stands for, unless it was asked for a moment ago.</summary>
    public async Task<UpstreamOutcome> UpdateAsync(RepositoryName repository, Tag tag, CancellationToken cancellationToken)
    {
        DateTimeOffset? updated = await store.GetLastWriteTimeAsync(StorageKeys.Tag(repository, tag), cancellationToken).ConfigureAwait(false);
        if (updated is { } last && time.GetUtcNow() - last < options.Value.UpstreamFreshness)
        {
            return UpstreamOutcome.Fresh;
        }
        return await RunAsync(repository, tag.ToString(), hasOld: updated is not null, () => FetchAsync(repository, tag.ToString(), tag, lifetime.ApplicationStopping), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches a manifest by its digest, unless it is there: it can never be another.</summary>
    public async Task<UpstreamOutcome> UpdateAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        if (await manifests.ExistsAsync(repository, digest, cancellationToken).ConfigureAwait(false))
        {
            return UpstreamOutcome.Fresh;
        }
        return digest.IsComputable
            ? await RunAsync(repository, digest.ToString(), hasOld: false, () => FetchAsync(repository, digest.ToString(), null, lifetime.ApplicationStopping), cancellationToken).ConfigureAwait(false)
            : UpstreamOutcome.Absent;
    }

    private async Task<UpstreamOutcome> RunAsync(RepositoryName repository, string reference, bool hasOld, Func<Task<UpstreamOutcome>> fetch, CancellationToken cancellationToken)
    {
        string name = repository.ToString();
        // One that is damaged upstream says nothing of the others.
        string key = $"{name}:{reference}";
        if (hasOld && health.HasFailedLately(key))
        {
            return UpstreamOutcome.Stale;
        }
        try
        {
            Task<UpstreamOutcome> flight = _flights.RunAsync(key, fetch);
            UpstreamOutcome outcome = await flight.WaitAsync(hasOld ? Patience : Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
            health.Answered(key);
            return outcome;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a source throws, it did not give the manifest.
            health.Failed(key);
            LogUnavailable(e, name, reference);
            return hasOld ? UpstreamOutcome.Stale : UpstreamOutcome.Unavailable;
        }
    }

    private async Task<UpstreamOutcome> FetchAsync(RepositoryName repository, string reference, Tag? tag, CancellationToken cancellationToken)
    {
        IContentSource? source = options.Value.Upstream!(repository.ToString());
        Descriptor? descriptor = source is null ? null : await source.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        if (descriptor is null)
        {
            if (tag is { } gone)
            {
                await manifests.DeleteTagAsync(repository, gone, cancellationToken).ConfigureAwait(false);
            }
            return UpstreamOutcome.Absent;
        }
        // A tag is set also where it is the same: the time of writing says when the upstream was asked.
        if (tag is { } known
            ? await manifests.TryTagAsync(repository, descriptor.Digest, known, cancellationToken).ConfigureAwait(false)
            : await manifests.ExistsAsync(repository, descriptor.Digest, cancellationToken).ConfigureAwait(false))
        {
            return UpstreamOutcome.Fresh;
        }
        byte[] content = await source!.ReadAsync(descriptor, options.Value.MaxManifestSize, cancellationToken).ConfigureAwait(false);
        ManifestDocument document = ManifestDocument.Parse(descriptor.MediaType, content);
        await announced.AddAsync(repository, document, cancellationToken).ConfigureAwait(false);
        await manifests.AddAsync(repository, descriptor.Digest, document, content, tag is { } added ? [added] : [], cancellationToken).ConfigureAwait(false);
        return UpstreamOutcome.Fresh;
    }

    [LoggerMessage(20, LogLevel.Warning, "The upstream of {Repository} did not give the manifest {Reference}.")]
    private partial void LogUnavailable(Exception exception, string repository, string reference);
}
