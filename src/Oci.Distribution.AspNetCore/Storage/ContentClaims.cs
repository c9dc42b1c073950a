using Microsoft.Extensions.Options;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>
/// Keeps a collection from removing content that a push is about to link: links are made inside <see cref="LinkAsync"/>,
/// and content is removed inside <see cref="TryClaim"/>. Pushes never wait for one another.
/// </summary>
internal sealed class ContentClaims(IObjectStore store, IOptions<OciRegistryOptions> options, TimeProvider time)
{
    // How old the time of a link may be when somebody asks for it: a write for each HEAD would cost too much.
    private static readonly TimeSpan RenewalAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, Claim> _claims = [];

    // What was linked since the collection that runs began; null while none does.
    private HashSet<Digest>? _linked;

    /// <summary>Runs what puts content in its place, or finds it there, and links it. Content is not removed meanwhile.</summary>
    public async ValueTask<T> LinkAsync<T>(Digest digest, Func<ValueTask<T>> link, CancellationToken cancellationToken)
    {
        while (Enter(digest) is { } removal)
        {
            await removal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        try
        {
            return await link().ConfigureAwait(false);
        }
        finally
        {
            Leave(digest);
        }
    }

    /// <summary>Spares what somebody asks for from collections, as a push of it would; false where the link is not there.</summary>
    public async ValueTask<bool> RenewAsync(Digest digest, string link, CancellationToken cancellationToken)
    {
        DateTimeOffset? used = await store.GetLastWriteTimeAsync(link, cancellationToken).ConfigureAwait(false);
        return used is not null
            && (options.Value.ReadOnly || time.GetUtcNow() - used <= RenewalAge
                || await LinkAsync(digest, () => TouchAsync(link, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>From here to <see cref="Stop"/>, what is linked is remembered. One collection runs at a time.</summary>
    public void Start()
    {
        lock (_lock)
        {
            // Those that are on their way now may have made their link before a listing, or after it.
            _linked = [.. _claims.Keys];
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            _linked = null;
        }
    }

    /// <summary>True where content was linked since <see cref="Start"/>.</summary>
    public bool WasLinked(Digest digest)
    {
        lock (_lock)
        {
            return _linked!.Contains(digest);
        }
    }

    /// <summary>Claims content for removal; <see langword="null"/> where a push is at work on it. Links wait until the claim is disposed.</summary>
    public IDisposable? TryClaim(Digest digest)
    {
        lock (_lock)
        {
            if (_claims.ContainsKey(digest))
            {
                return null;
            }
            var removal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _claims.Add(digest, new Claim { Removal = removal });
            return new Release(this, digest);
        }
    }

    private async ValueTask<bool> TouchAsync(string link, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TouchAsync(link, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk keeps nobody from reading; it keeps collections from removing as well.
            return await store.GetLengthAsync(link, cancellationToken).ConfigureAwait(false) is not null;
        }
    }

    private Task? Enter(Digest digest)
    {
        lock (_lock)
        {
            if (!_claims.TryGetValue(digest, out Claim? claim))
            {
                _claims.Add(digest, claim = new Claim());
            }
            else if (claim.Removal is { } removal)
            {
                return removal.Task;
            }
            claim.Links++;
            _linked?.Add(digest);
            return null;
        }
    }

    private void Leave(Digest digest)
    {
        lock (_lock)
        {
            Claim claim = _claims[digest];
            if (--claim.Links == 0)
            {
                _claims.Remove(digest);
            }
        }
    }

    private sealed class Claim
    {
        /// <summary>How many pushes are at work on the content.</summary>
        public int Links { get; set; }

        /// <summary>Completed when the removal is over; <see langword="null"/> where there is none.</summary>
        public TaskCompletionSource? Removal { get; init; }
    }

    private sealed class Release(ContentClaims owner, Digest digest) : IDisposable
    {
        public void Dispose()
        {
            Claim? claim;
            lock (owner._lock)
            {
                owner._claims.Remove(digest, out claim);
            }
            claim?.Removal?.SetResult();
        }
    }
}
