using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Mirrors;

/// <summary>A repository that is read from its mirrors, in order, and from itself where they fail, lack the content or hand out another.</summary>
internal sealed class MirroredSource(IReadOnlyList<MirrorPlace> places, ILogger logger) : IContentSource
{
    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var stream = new MirroredStream(this, descriptor);
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new VerifyingStream(stream, descriptor);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) =>
        (await AskAsync(async repository => await repository.ExistsAsync(descriptor, cancellationToken).ConfigureAwait(false) ? descriptor : null, cancellationToken).ConfigureAwait(false)) is not null;

    /// <inheritdoc/>
    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        AskAsync(repository => repository.ResolveAsync(reference, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Asked of the registry first: a mirror need not have all tags.</remarks>
    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) =>
        ListAsync((repository, token) => repository.ListTagsAsync(token), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Asked of the registry first: a mirror need not have all referrers.</remarks>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        ListAsync((repository, token) => repository.ListReferrersAsync(subject, artifactType, token), cancellationToken);

    /// <summary>The places, in order.</summary>
    public override string ToString() => string.Join(", then ", places);

    /// <summary>The places to ask, the most promising first; those that were asked already left out.</summary>
    internal IEnumerable<MirrorPlace> GetPlaces(IReadOnlyCollection<MirrorPlace> asked) => places.Except(asked).OrderBy(p => p.IsSetAside);

    /// <summary>Whether another place may do better than one that failed so.</summary>
    internal static bool CanFallBack(Exception e) => e is RegistryException or ContentMismatchException or ContentNotFoundException or InvalidDocumentException;

    internal void ReportServed(MirrorPlace place, string what)
    {
        RegistryTelemetry.Served.Add(1, new("server.address", place.Repository.Client.Registry.Host), new("oci.registry.mirror", place.IsMirror));
        logger.Served(what, place.ToString());
    }

    internal void ReportFailed(MirrorPlace place, Exception e)
    {
        if (e is not ContentNotFoundException)
        {
            place.SetAside();
        }
        logger.PlaceFailed(place.ToString(), e.Message);
    }

    // Null of the registry itself is an answer; null of a mirror is none.
    private async Task<Descriptor?> AskAsync(Func<Repository, Task<Descriptor?>> ask, CancellationToken cancellationToken)
    {
        var failures = new MirrorFailures();
        foreach (MirrorPlace place in GetPlaces([]))
        {
            try
            {
                if (await ask(place.Repository).ConfigureAwait(false) is Descriptor found)
                {
                    ReportServed(place, found.Digest.ToString());
                    return found;
                }
            }
            catch (Exception e) when (CanFallBack(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReportFailed(place, e);
                failures.Add(place, e);
            }
        }
        return failures.OfRegistry is null ? null : throw failures.ToException();
    }

    private async IAsyncEnumerable<T> ListAsync<T>(Func<Repository, CancellationToken, IAsyncEnumerable<T>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var failures = new MirrorFailures();
        foreach (MirrorPlace place in places.OrderBy(p => p.IsMirror))
        {
            IAsyncEnumerator<T> items = list(place.Repository, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (items.ConfigureAwait(false))
            {
                bool any = false;
                try
                {
                    any = await items.MoveNextAsync().ConfigureAwait(false);
                }
                catch (Exception e) when (CanFallBack(e))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ReportFailed(place, e);
                    failures.Add(place, e);
                    continue;
                }
                for (; any; any = await items.MoveNextAsync().ConfigureAwait(false))
                {
                    yield return items.Current;
                }
                yield break;
            }
        }
        throw failures.ToException();
    }
}
