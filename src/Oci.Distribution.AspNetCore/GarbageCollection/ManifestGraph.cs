using Oci.Distribution.AspNetCore.Manifests;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>The manifests of one repository and what they refer to.</summary>
internal sealed class ManifestGraph
{
    private readonly Dictionary<Digest, (Digest[] Needs, Digest? Subject)> _manifests = [];

    public IEnumerable<Digest> Manifests => _manifests.Keys;

    public void Add(Digest digest, ManifestDocument document) =>
        _manifests[digest] = ([.. document.Needs], document.Subject?.Digest);

    public Digest? SubjectOf(Digest manifest) => _manifests[manifest].Subject;

    /// <summary>Manifests and blobs that a manifest is made of.</summary>
    public IEnumerable<Digest> NeedsOf(Digest manifest) => _manifests[manifest].Needs;

    /// <summary>The manifests that stay where <paramref name="roots"/> do: what these refer to, and who refers to those.</summary>
    public HashSet<Digest> Reach(IEnumerable<Digest> roots)
    {
        ILookup<Digest, Digest> referrers = _manifests
            .Where(pair => pair.Value.Subject is not null)
            .ToLookup(pair => pair.Value.Subject!.Value, pair => pair.Key);
        var reached = new HashSet<Digest>();
        // A referrer whose subject is elsewhere says something of that one, and this repository cannot tell of what use it is.
        var next = new Stack<Digest>(roots.Concat(referrers.Where(group => !_manifests.ContainsKey(group.Key)).SelectMany(group => group)));
        while (next.TryPop(out Digest digest))
        {
            if (!_manifests.TryGetValue(digest, out (Digest[] Needs, Digest? Subject) manifest) || !reached.Add(digest))
            {
                continue;
            }
            foreach (Digest other in manifest.Needs.Concat(referrers[digest]))
            {
                next.Push(other);
            }
            if (manifest.Subject is { } subject)
            {
                next.Push(subject);
            }
        }
        return reached;
    }

    /// <summary>Puts manifests in an order in which each comes before what it is made of.</summary>
    public List<Digest> InOrder(IReadOnlyCollection<Digest> manifests)
    {
        Dictionary<Digest, int> parents = manifests.ToDictionary(digest => digest, _ => 0);
        foreach (Digest child in manifests.SelectMany(NeedsOf).Where(parents.ContainsKey))
        {
            parents[child]++;
        }
        var ordered = new List<Digest>();
        var ready = new Queue<Digest>(parents.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (ready.TryDequeue(out Digest digest))
        {
            ordered.Add(digest);
            foreach (Digest child in NeedsOf(digest).Where(parents.ContainsKey))
            {
                if (--parents[child] == 0)
                {
                    ready.Enqueue(child);
                }
            }
        }
        return ordered;
    }
}
