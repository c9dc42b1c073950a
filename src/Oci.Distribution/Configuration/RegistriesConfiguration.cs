namespace Oci.Distribution.Configuration;

/// <summary>Which registries are blocked, insecure, mirrored or elsewhere: what podman, skopeo and CRI-O read from <c>registries.conf</c>.</summary>
/// <remarks>Version 2 of the format: containers-registries.conf(5). Immutable, and safe for concurrent calls.</remarks>
public sealed class RegistriesConfiguration
{
    private RegistriesConfiguration(RegistriesDocument document)
    {
        Registries = [.. document.Registries.Values];
        SearchRegistries = document.SearchRegistries ?? [];
        Aliases = document.Aliases.Where(a => a.Value is not null).ToDictionary(a => a.Key, a => a.Value!.Value, StringComparer.Ordinal);
        ShortNameMode = document.ShortNameMode ?? ShortNameMode.Permissive;
    }

    /// <summary>Nothing is blocked, insecure, mirrored or elsewhere.</summary>
    public static RegistriesConfiguration Empty { get; } = new(new RegistriesDocument());

    /// <summary>What holds for which references, sorted by prefix.</summary>
    public IReadOnlyList<RegistryRule> Registries { get; }

    /// <summary>The hosts where a name without a registry is looked for, in order (<c>unqualified-search-registries</c>).</summary>
    public IReadOnlyList<string> SearchRegistries { get; }

    /// <summary>What names without a registry stand for, without tags.</summary>
    public IReadOnlyDictionary<string, Reference> Aliases { get; }

    /// <summary>What a name that is no alias may stand for.</summary>
    public ShortNameMode ShortNameMode { get; }

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="RegistriesConfigurationException">It is not what it must be.</exception>
    public static RegistriesConfiguration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new RegistriesConfiguration(RegistriesDocument.Parse(text, path: null));
    }

    /// <summary>Reads a file, and the files <c>*.conf</c> of folders, each of which goes over those before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folders">Folders of more files, which are read by name; one that does not exist is passed over.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistriesConfigurationException">A file is not what it must be, does not exist, or cannot be read.</exception>
    public static async Task<RegistriesConfiguration> LoadAsync(string path, IEnumerable<string>? folders = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RegistriesDocument document = await RegistriesFiles.ReadAsync(path, cancellationToken).ConfigureAwait(false)
            ?? throw new RegistriesConfigurationException("There is no such file.", path);
        return await LoadAsync(document, folders ?? [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what holds on this machine: <c>$CONTAINERS_REGISTRIES_CONF</c>, else the user's <c>~/.config/containers/registries.conf</c>
    /// where there is one, else <c>/etc/containers/registries.conf</c>; and the folders <c>registries.conf.d</c> beside.</summary>
    /// <remarks>The user's own file hides the machine's, with its folder, as containers-registries.conf(5) says.</remarks>
    /// <exception cref="RegistriesConfigurationException">A file is not what it must be, or cannot be read.</exception>
    public static async Task<RegistriesConfiguration> LoadDefaultAsync(CancellationToken cancellationToken = default)
    {
        if (RegistriesFiles.GetChosen() is string chosen)
        {
            return await LoadAsync(chosen, RegistriesFiles.GetFolders(isUserFile: false), cancellationToken).ConfigureAwait(false);
        }
        RegistriesDocument? user = await RegistriesFiles.ReadAsync(RegistriesFiles.UserFile, cancellationToken).ConfigureAwait(false);
        RegistriesDocument document = user ?? await RegistriesFiles.ReadAsync(RegistriesFiles.SystemFile, cancellationToken).ConfigureAwait(false) ?? new RegistriesDocument();
        return await LoadAsync(document, RegistriesFiles.GetFolders(isUserFile: user is not null), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What holds for a reference: the rule with the longest prefix; <see langword="null"/> where there is none.</summary>
    public RegistryRule? Find(Reference reference) => Find(reference.ToString());

    /// <summary>Where a reference is read from, in order: its mirrors, then the registry itself, under the names that they have there.</summary>
    /// <exception cref="RegistryException">The reference is blocked.</exception>
    /// <exception cref="RegistriesConfigurationException">A rule makes of it what is no reference.</exception>
    public IReadOnlyList<PullSource> GetPullSources(Reference reference)
    {
        if (reference == default)
        {
            throw new ArgumentException("The reference names no registry.", nameof(reference));
        }
        if (FindAllowed(reference) is not RegistryRule rule)
        {
            return [new PullSource(reference, IsInsecure: false, IsMirror: false)];
        }
        bool hasDigest = reference.Digest != default;
        List<PullSource> sources = [];
        foreach (RegistryMirror mirror in rule.Mirrors.Where(m => m.Use == MirrorUse.All || m.Use == MirrorUse.DigestOnly == hasDigest))
        {
            Reference mirrored = Rewrite(reference, rule, mirror.Location);
            // What is blocked is so under every name that leads to it.
            if (Find(mirrored) is not { IsBlocked: true })
            {
                sources.Add(new PullSource(mirrored, mirror.IsInsecure, IsMirror: true));
            }
        }
        Reference located = Rewrite(reference, rule, rule.Location);
        FindAllowed(located);
        sources.Add(new PullSource(located, rule.IsInsecure, IsMirror: false));
        return sources;
    }

    /// <summary>What a name without a registry stands for: its alias, else the image of that name in each search registry. Tag and digest are kept.</summary>
    /// <param name="name">The name, such as <c>debian:12</c>. One with a registry stands for itself.</param>
    /// <returns>The references to try, in order; at least one.</returns>
    /// <exception cref="FormatException">The text is no name.</exception>
    /// <exception cref="RegistryException">It is no alias, and there is no search registry, or more than one where the mode is <see cref="ShortNameMode.Enforcing"/>.</exception>
    public IReadOnlyList<Reference> ResolveShortName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!ShortName.TryParse(name, out ShortName shortName))
        {
            return [Reference.ParseDockerName(name)];
        }
        if (Aliases.TryGetValue(shortName.Name, out Reference alias))
        {
            return [Reference.Parse($"{alias.Host}/{alias.Repository}{shortName.Suffix}")];
        }
        return SearchRegistries switch
        {
            [] => throw new RegistryException($"'{name}' names no registry, is no alias, and no search registries are configured.", hint: "Write it with its registry, such as docker.io/library/debian."),
            { Count: > 1 } when ShortNameMode == ShortNameMode.Enforcing => throw new RegistryException(
                $"'{name}' names no registry, is no alias, and may be in any of {string.Join(", ", SearchRegistries)}; short-name-mode 'enforcing' forbids to guess.", hint: "Write it with its registry, or set an alias."),
            // Docker Hub's single names are in library/.
            _ => [.. SearchRegistries.Select(host => Reference.ParseDockerName($"{host}/{shortName.Name}{shortName.Suffix}"))],
        };
    }

    internal RegistryRule? FindAllowed(Reference reference) => Find(reference) is var rule && rule is not { IsBlocked: true }
        ? rule
        : throw new RegistryException($"{reference} is blocked: registries.conf forbids '{rule.Prefix}'.", hint: "Use another registry, or take 'blocked' out.");

    private RegistryRule? Find(string reference)
    {
        RegistryRule? longest = null;
        foreach (RegistryRule rule in Registries)
        {
            if (rule.Prefix.Length > (longest?.Prefix.Length ?? 0) && rule.Match(reference) >= 0)
            {
                longest = rule;
            }
        }
        return longest;
    }

    private static Reference Rewrite(Reference reference, RegistryRule rule, string location)
    {
        if (location.Length == 0)
        {
            return reference;
        }
        string text = reference.ToString();
        string rewritten = $"{location}{text.AsSpan(rule.Match(text))}";
        return Reference.TryParse(rewritten, out Reference result)
            ? result
            : throw new RegistriesConfigurationException($"The location '{location}' of '{rule.Prefix}' makes '{rewritten}' of {reference}, which is no reference.");
    }

    private static async Task<RegistriesConfiguration> LoadAsync(RegistriesDocument document, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        foreach (string path in folders.SelectMany(RegistriesFiles.List))
        {
            // One that was removed since it was listed says nothing.
            if (await RegistriesFiles.ReadAsync(path, cancellationToken).ConfigureAwait(false) is RegistriesDocument over)
            {
                document.Update(over);
            }
        }
        return new RegistriesConfiguration(document);
    }
}
