using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Repositories;

/// <summary>One writer of a repository's manifests and tags at a time; pushes of blobs and all reads go on beside it.</summary>
internal sealed class RepositoryLocks : IDisposable
{
    // Repositories share locks by their hash: a fixed number serves any number of names.
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 128).Select(_ => new Stripe())];

    /// <summary>Waits for the repository's turn. The one who gets it writes, so the repository's version is another when the turn is over.</summary>
    public async Task<IDisposable> EnterAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        Stripe stripe = Find(repository);
        await stripe.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Lease(stripe, isWriter: true);
    }

    /// <summary>Waits for the repository's turn like <see cref="EnterAsync"/>, to remove what a look at this version found to be unused.</summary>
    /// <returns>The turn; <see langword="null"/> where somebody wrote since.</returns>
    public async Task<IDisposable?> TryEnterAsync(RepositoryName repository, long version, CancellationToken cancellationToken)
    {
        Stripe stripe = Find(repository);
        await stripe.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Interlocked.Read(ref stripe.Version) == version)
        {
            return new Lease(stripe, isWriter: false);
        }
        stripe.Gate.Release();
        return null;
    }

    /// <summary>A number that is another once somebody wrote to the repository, or to one that shares its lock.</summary>
    public long GetVersion(RepositoryName repository) => Interlocked.Read(ref Find(repository).Version);

    public void Dispose()
    {
        foreach (Stripe stripe in _stripes)
        {
            stripe.Gate.Dispose();
        }
    }

    private Stripe Find(RepositoryName repository) => _stripes[(uint)repository.GetHashCode() % _stripes.Length];

    private sealed class Stripe
    {
        public readonly SemaphoreSlim Gate = new(1);
        public long Version;
    }

    private sealed class Lease(Stripe stripe, bool isWriter) : IDisposable
    {
        public void Dispose()
        {
            // At the end and not at the beginning: who saw a part of what was written must see another version afterwards.
            if (isWriter)
            {
                Interlocked.Increment(ref stripe.Version);
            }
            stripe.Gate.Release();
        }
    }
}
