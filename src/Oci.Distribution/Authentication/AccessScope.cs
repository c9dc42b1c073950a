namespace Oci.Distribution.Authentication;

/// <summary>What a token gives access to: resources and actions, sorted and merged, so that equal access has one spelling.</summary>
/// <remarks>The grammar is that of Docker's token authentication: <c>type:name:action[,action]</c>, separated by spaces.</remarks>
internal sealed class AccessScope : IEquatable<AccessScope>
{
    public static readonly AccessScope None = new([]);

    private const string RepositoryPrefix = "repository:";

    // Resource ("repository:library/debian") to actions.
    private readonly SortedDictionary<string, SortedSet<string>> _resources;

    private AccessScope(SortedDictionary<string, SortedSet<string>> resources, string? primaryRepository = null)
    {
        _resources = resources;
        PrimaryRepository = primaryRepository;
        Text = string.Join(' ', Scopes);
    }

    /// <summary>All scopes, separated by spaces; empty for <see cref="None"/>.</summary>
    public string Text { get; }

    /// <summary>One scope a resource, as a token service wants them: each in a parameter of its own.</summary>
    public IEnumerable<string> Scopes => _resources.Select(r => $"{r.Key}:{string.Join(',', r.Value)}");

    /// <summary>Access to a repository, such as <c>pull,push</c>.</summary>
    public static AccessScope Repository(string name, params ReadOnlySpan<string> actions) => Single($"{RepositoryPrefix}{name}", actions);

    /// <summary>Access to the list of repositories.</summary>
    public static AccessScope Catalog { get; } = Single("registry:catalog", ["*"]);

    /// <summary>Reads the scope of a challenge. What has not the form <c>type:name:actions</c> is left out.</summary>
    public static AccessScope Parse(string? text)
    {
        AccessScope result = None;
        foreach (string part in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // A name may hold a colon (a port), so the actions begin at the last one.
            int last = part.LastIndexOf(':');
            int first = part.IndexOf(':');
            if (first > 0 && last > first + 1 && last < part.Length - 1)
            {
                result = result.Union(Single(part[..last], part[(last + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries)));
            }
        }
        return result;
    }

    /// <summary>All that both give access to. The primary repository stays this one's, where it has one.</summary>
    public AccessScope Union(AccessScope other)
    {
        if (other._resources.Count == 0)
        {
            return this;
        }
        var merged = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach ((string resource, SortedSet<string> actions) in _resources.Concat(other._resources))
        {
            if (!merged.TryGetValue(resource, out SortedSet<string>? all))
            {
                merged.Add(resource, all = new SortedSet<string>(StringComparer.Ordinal));
            }
            all.UnionWith(actions);
        }
        return new AccessScope(merged, PrimaryRepository ?? other.PrimaryRepository);
    }

    /// <summary>Whether a token for this is good for <paramref name="other"/> too.</summary>
    public bool Covers(AccessScope other) => other._resources.All(r => _resources.TryGetValue(r.Key, out SortedSet<string>? actions) && actions.IsSupersetOf(r.Value));

    /// <summary>The repository that a request is for, and not one that it only reads from: for files that hold credentials by repository. Two scopes that differ in this alone are equal.</summary>
    public string? PrimaryRepository { get; }

    public bool Equals(AccessScope? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as AccessScope);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static AccessScope Single(string resource, ReadOnlySpan<string> actions)
    {
        var set = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string action in actions)
        {
            set.Add(action);
        }
        string? repository = resource.StartsWith(RepositoryPrefix, StringComparison.Ordinal) ? resource[RepositoryPrefix.Length..] : null;
        return new AccessScope(new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal) { [resource] = set }, repository);
    }
}
