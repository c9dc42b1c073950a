using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Oci.Distribution.Copying;
using Oci.Image;

namespace Oci.Distribution.Syncing;

/// <summary>One run of a sync.</summary>
internal sealed class SyncRun(SyncOptions options, SyncDestination destination, ChannelWriter<SyncResult> results, IProgress<SyncProgress>? progress)
{
    private readonly CopySession _session = new();
    private readonly List<(string Repository, IContentStore Store, HashSet<string> Tags)> _listed = [];

    public async Task RunAsync(IAsyncEnumerable<SyncRepository> repositories, CancellationToken cancellationToken)
    {
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelImages, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(ListAsync(repositories, cancellationToken), parallel, async (image, token) =>
                await results.WriteAsync(await SyncAsync(image, token).ConfigureAwait(false), token).ConfigureAwait(false)).ConfigureAwait(false);
            if (options.Prune)
            {
                await PruneAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            results.Complete();
        }
    }

    private async IAsyncEnumerable<SyncImage> ListAsync(IAsyncEnumerable<SyncRepository> repositories, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SyncRepository repository in repositories.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!Glob.IsChosen(repository.Name, options.Repositories, options.ExcludedRepositories))
            {
                continue;
            }
            IReadOnlyList<SyncImage> images = [];
            Exception? failure = null;
            try
            {
                images = await ListAsync(repository, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (Explains(e))
            {
                failure = e;
            }
            if (failure is not null)
            {
                await results.WriteAsync(new SyncResult { Repository = repository.Name, Outcome = SyncOutcome.Failed, Error = failure }, cancellationToken).ConfigureAwait(false);
            }
            foreach (SyncImage image in images)
            {
                yield return image;
            }
        }
    }

    private async Task<IReadOnlyList<SyncImage>> ListAsync(SyncRepository repository, CancellationToken cancellationToken)
    {
        IContentSource source = repository.Open();
        IReadOnlyList<string>? references = repository.References;
        HashSet<string>? tags = null;
        if (references is null)
        {
            tags = await ListTagsAsync(source, cancellationToken).ConfigureAwait(false);
            references = TagChoice.Choose(tags, options);
        }
        if (references.Count == 0 && !(options.Prune && tags is { Count: > 0 }))
        {
            return [];
        }
        IContentStore store = await destination.OpenAsync(repository.Name, options.DryRun, cancellationToken).ConfigureAwait(false);
        if (tags is { Count: > 0 })
        {
            _listed.Add((repository.Name, store, tags));
        }
        return [.. references.Select(reference => new SyncImage(repository.Name, source, store, reference))];
    }

    private static async Task<HashSet<string>> ListTagsAsync(IContentSource store, CancellationToken cancellationToken)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        await foreach (string tag in store.ListTagsAsync(cancellationToken).ConfigureAwait(false))
        {
            tags.Add(tag);
        }
        return tags;
    }

    private async Task<SyncResult> SyncAsync(SyncImage image, CancellationToken cancellationToken)
    {
        var result = new SyncResult { Repository = image.Repository, Reference = image.Reference, Outcome = SyncOutcome.Equal };
        try
        {
            if (!options.CheckEqual && !options.Copy.IncludeReferrers && await FindEqualAsync(image, cancellationToken).ConfigureAwait(false) is Descriptor equal)
            {
                return result with { Root = equal };
            }
            CopyPlan plan = await ContentCopier.PlanAsync(image.Source, image.Reference, image.Destination, image.Tag, options.Copy, _session, cancellationToken).ConfigureAwait(false);
            bool isDone = plan.Items.All(item => item.Action == CopyAction.Skip) && (plan.Tag is null || plan.IsTagged);
            if (isDone || options.DryRun)
            {
                return result with { Outcome = isDone ? SyncOutcome.Equal : SyncOutcome.Planned, Root = plan.Root, Plan = isDone ? null : plan };
            }
            CopyResult copy = await plan.RunAsync(progress is null ? null : new ImageProgress(image, progress), cancellationToken).ConfigureAwait(false);
            return result with { Outcome = SyncOutcome.Copied, Root = copy.Root, Copy = copy };
        }
        catch (Exception e) when (Explains(e))
        {
            return result with { Outcome = SyncOutcome.Failed, Error = e };
        }
    }

    // Two HEADs: what registries say of tags is good enough to find that nothing has changed, and never believed otherwise.
    private static async Task<Descriptor?> FindEqualAsync(SyncImage image, CancellationToken cancellationToken)
    {
        Descriptor? there = await PeekAsync(image.Destination, image.Reference, cancellationToken).ConfigureAwait(false);
        return there is not null && (await PeekAsync(image.Source, image.Reference, cancellationToken).ConfigureAwait(false))?.Digest == there.Digest ? there : null;
    }

    private static Task<Descriptor?> PeekAsync(IContentSource store, string reference, CancellationToken cancellationToken) =>
        store is Repository repository && !Digest.TryParse(reference, out _)
            ? repository.Manifests.ResolveAsync(reference, cancellationToken)
            : store.ResolveAsync(reference, cancellationToken);

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        foreach ((string repository, IContentStore store, HashSet<string> tags) in _listed)
        {
            try
            {
                HashSet<string> there = await ListTagsAsync(store, cancellationToken).ConfigureAwait(false);
                foreach (string tag in there.Where(tag => !tags.Contains(tag) && TagChoice.IsChosen(tag, options)))
                {
                    await results.WriteAsync(await PruneAsync(repository, store, tag, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (Explains(e))
            {
                await results.WriteAsync(new SyncResult { Repository = repository, Outcome = SyncOutcome.Failed, Error = e }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<SyncResult> PruneAsync(string repository, IContentStore store, string tag, CancellationToken cancellationToken)
    {
        var result = new SyncResult { Repository = repository, Reference = tag, Outcome = options.DryRun ? SyncOutcome.PrunePlanned : SyncOutcome.Pruned };
        try
        {
            if (!options.DryRun)
            {
                await SyncDestination.DeleteTagAsync(store, tag, cancellationToken).ConfigureAwait(false);
            }
            return result;
        }
        catch (Exception e) when (Explains(e))
        {
            return result with { Outcome = SyncOutcome.Failed, Error = e };
        }
    }

    private static bool Explains(Exception e) => CopyException.Explains(e) || e is FormatException or NotSupportedException;

    private sealed class ImageProgress(SyncImage image, IProgress<SyncProgress> progress) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => progress.Report(new SyncProgress(image.Repository, image.Reference, value));
    }
}
