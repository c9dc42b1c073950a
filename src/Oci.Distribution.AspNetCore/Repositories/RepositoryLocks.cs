using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Repositories;

/// <summary>One writer of a repository's manifests and tags at a time; pushes of blobs and all reads go on beside it.</summary>
internal sealed class RepositoryLocks : IDisposable
{
    // Repositories share locks by their hash: a fixed number serves any number of names.
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 128).Select(_ => new SemaphoreSlim(1))];

    public async Task<IDisposable> EnterAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        SemaphoreSlim stripe = _stripes[(uint)repository.GetHashCode() % _stripes.Length];
        await stripe.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Lease(stripe);
    }

    public void Dispose()
    {
        foreach (SemaphoreSlim stripe in _stripes)
        {
            stripe.Dispose();
        }
    }

    private sealed class Lease(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
