using System.Collections.Concurrent;
using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>What the copies of one run know of each other: which repository has a blob, and which blob is on its way.</summary>
internal sealed class CopySession
{
    // About 200 MB of them; a run that sees more mounts less.
    private const int MaxHomes = 1_000_000;

    private readonly ConcurrentDictionary<(string Registry, Digest Digest), string> _homes = new();
    private readonly ConcurrentDictionary<(object Place, Digest Digest), TaskCompletionSource> _underWay = new();

    /// <summary>Notes that a repository has a blob.</summary>
    public void Note(Repository repository, Digest digest)
    {
        if (_homes.Count < MaxHomes)
        {
            _homes.TryAdd((repository.Client.Registry.AbsoluteUri, digest), repository.Name);
        }
    }

    /// <summary>A repository of the same registry that is known to have a blob.</summary>
    public string? FindHome(Repository repository, Digest digest) => _homes.GetValueOrDefault((repository.Client.Registry.AbsoluteUri, digest));

    /// <summary>Waits until no other copy moves the blob to the same place, and takes its turn, which <see cref="End"/> ends.</summary>
    /// <returns>Whether another had it: then the blob may be there by now.</returns>
    public async ValueTask<bool> BeginAsync(IContentStore destination, Digest digest, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool hasWaited = false;
        while (_underWay.GetOrAdd(KeyOf(destination, digest), mine) is TaskCompletionSource holder && holder != mine)
        {
            hasWaited = true;
            await holder.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        return hasWaited;
    }

    public void End(IContentStore destination, Digest digest)
    {
        if (_underWay.TryRemove(KeyOf(destination, digest), out TaskCompletionSource? turn))
        {
            turn.SetResult();
        }
    }

    // A registry as a whole: what one repository has, others mount.
    private static (object Place, Digest Digest) KeyOf(IContentStore destination, Digest digest) =>
        (destination is Repository repository ? repository.Client.Registry.AbsoluteUri : destination, digest);
}
