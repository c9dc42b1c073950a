using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Copying;

/// <summary>The manifests of a copy: read a level at a time, each once, without recursion, so that no document decides how deep the stack grows.</summary>
internal sealed class CopyGraph(CopyJob job, IndexSelection selection)
{
    // The spec bounds no nesting; two levels are seen.
    private const int MaxDepth = 16;

    // Of more, the bytes are read again when they are pushed.
    private const long MaxHeldBytes = 64L << 20;

    private readonly Dictionary<Digest, CopyNode> _nodes = [];
    private readonly HashSet<Digest> _asReferrers = [];
    private long _heldBytes;

    /// <summary>Reads what is to be copied, and returns it with children before their parents.</summary>
    public async Task<IReadOnlyList<CopyNode>> ReadAsync(Descriptor root, CancellationToken cancellationToken)
    {
        List<CopyNode> wave = [Add(root, 0)];
        while (wave.Count > 0)
        {
            await job.ForEachAsync(wave, ReadAsync, cancellationToken).ConfigureAwait(false);
            wave = [.. wave.SelectMany(FindNext)];
        }
        CopyNode[] order = [.. CopyOrder.Of(_nodes.Values, node => node.Entries.Select(entry => _nodes[entry.Digest]))];
        foreach (CopyNode node in order)
        {
            Settle(node);
        }
        HashSet<CopyNode> wanted = CopyOrder.Reach(_nodes[root.Digest], GetNeighbours);
        return [.. order.Where(wanted.Contains)];
    }

    private async Task ReadAsync(CopyNode node, CancellationToken cancellationToken)
    {
        Descriptor descriptor = node.Descriptor;
        await job.StepAsync("look for", descriptor, async () => node.IsThere = await job.Destination.ExistsAsync(descriptor, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        node.IsVerified = node.IsThere && job.Repairs;
        // A manifest is written last, so where it is, its blobs are; an index may be there with holes.
        if (!node.IsThere || node.IsVerified || MediaTypes.IsIndex(descriptor.MediaType))
        {
            await job.StepAsync("read", descriptor, () => ReadContentAsync(node, cancellationToken)).ConfigureAwait(false);
        }
        if (job.Options.IncludeReferrers)
        {
            await job.StepAsync("list the referrers of", descriptor, () => ReadReferrersAsync(node, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task ReadContentAsync(CopyNode node, CancellationToken cancellationToken)
    {
        byte[] content = await job.ReadAsync(node.Descriptor, cancellationToken).ConfigureAwait(false);
        node.Parse(content);
        if (Interlocked.Add(ref _heldBytes, content.Length) <= MaxHeldBytes)
        {
            node.Content = content;
        }
    }

    private async Task ReadReferrersAsync(CopyNode node, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> types = job.Options.ReferrerTypes;
        await foreach (Descriptor referrer in job.Source.ListReferrersAsync(node.Descriptor.Digest, types.Count == 1 ? types[0] : null, cancellationToken).ConfigureAwait(false))
        {
            if (types.Count == 0 || (referrer.ArtifactType is string type && types.Contains(type)))
            {
                node.Referrers.Add(referrer);
                CheckCount(node.Referrers.Count);
            }
        }
    }

    private List<CopyNode> FindNext(CopyNode node)
    {
        var next = new List<CopyNode>();
        if (node.Index is ImageIndex index)
        {
            Descriptor[] included = IsFiltered(node) ? [.. index.Manifests.Where(selection.Includes)] : [.. index.Manifests];
            node.Entries = [.. included.Where(Repository.IsManifest)];
            node.Blobs = [.. included.Where(entry => !Repository.IsManifest(entry))];
        }
        foreach (Descriptor entry in node.Entries.Where(entry => !_nodes.ContainsKey(entry.Digest)))
        {
            next.Add(Add(entry, node.Depth + 1));
        }
        foreach (Descriptor referrer in node.Referrers.Where(referrer => !_nodes.ContainsKey(referrer.Digest)))
        {
            // The whole of a referrer is wanted, whatever is chosen of the image.
            _asReferrers.Add(referrer.Digest);
            next.Add(Add(referrer, 0));
        }
        return next;
    }

    private CopyNode Add(Descriptor descriptor, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new OciImageException($"The indexes nest more than {MaxDepth} deep, at {descriptor.Digest}. Nothing sane does; check where they come from.");
        }
        var node = new CopyNode(descriptor, depth);
        _nodes.TryAdd(descriptor.Digest, node);
        CheckCount(_nodes.Count);
        return node;
    }

    private bool IsFiltered(CopyNode node) => selection.IsActive && !_asReferrers.Contains(node.Descriptor.Digest);

    // Children were settled before.
    private void Settle(CopyNode node)
    {
        if (node.Index is not ImageIndex index)
        {
            return;
        }
        node.Entries = [.. node.Entries.Where(entry => !_nodes[entry.Digest].IsLeftOut)];
        CopyNode[] children = [.. node.Entries.Select(entry => _nodes[entry.Digest])];
        node.Level = children.Select(child => child.Level + 1).DefaultIfEmpty().Max();
        int kept = node.Entries.Count + node.Blobs.Count;
        if (!IsFiltered(node) || (kept == index.Manifests.Count && !children.Any(child => child.IsNew)))
        {
            return;
        }
        node.IsLeftOut = kept == 0 && node.Depth > 0;
        if (!job.Options.ReduceIndex || node.IsLeftOut)
        {
            return;
        }
        if (kept == 0)
        {
            throw new OciImageException($"Nothing that the index {node.Descriptor.Digest} lists is chosen, so that there is nothing to copy. Choose other manifests with CopyOptions.Include or Platforms.");
        }
        HashSet<Digest> wanted = [.. node.Entries.Concat(node.Blobs).Select(entry => entry.Digest)];
        node.Replace(index with { Manifests = [.. index.Manifests.Where(entry => wanted.Contains(entry.Digest)).Select(Renew)] });
    }

    private Descriptor Renew(Descriptor entry) => _nodes.TryGetValue(entry.Digest, out CopyNode? child) && child.IsNew
        ? entry with { Digest = child.Descriptor.Digest, Size = child.Descriptor.Size, Data = null }
        : entry;

    // What refers to an index that is not copied as it is would refer to nothing.
    private IEnumerable<CopyNode> GetNeighbours(CopyNode node) =>
        node.Entries.Concat(node.IsNew ? [] : node.Referrers).Select(descriptor => _nodes[descriptor.Digest]);

    private void CheckCount(int count) => job.Options.CheckCount(count);
}
