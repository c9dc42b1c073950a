using System.Runtime.CompilerServices;
using Oci.Distribution.Authentication;
using Oci.Distribution.Blobs;
using Oci.Distribution.Http;
using Oci.Distribution.Manifests;
using Oci.Distribution.Referrers;
using Oci.Distribution.Tags;
using Oci.Image;

namespace Oci.Distribution;

/// <summary>A repository of a registry: a content store like any other, with the registry's own operations by concern.</summary>
/// <remarks>Safe for concurrent calls. Lives as long as its <see cref="RegistryClient"/>.</remarks>
public sealed class Repository : IContentStore
{
    private const int MaxSortedTags = 1_000_000;

    internal Repository(RegistryClient client, RegistryTransport transport, string name)
    {
        ReferenceGrammar.CheckName(name);
        Client = client;
        Name = name;
        Manifests = new RepositoryManifests(this, transport);
        Blobs = new RepositoryBlobs(this, transport);
        Tags = new RepositoryTags(this, transport);
        Referrers = new RepositoryReferrers(this, transport);
        PullScope = AccessScope.Repository(name, "pull");
        PushScope = AccessScope.Repository(name, "pull", "push");
        DeleteScope = AccessScope.Repository(name, "delete", "pull");
    }

    /// <summary>The client that made this repository.</summary>
    public RegistryClient Client { get; }

    /// <summary>The name within the registry: <c>library/debian</c>.</summary>
    public string Name { get; }

    /// <summary>Manifests and indexes, by tag and digest.</summary>
    public RepositoryManifests Manifests { get; }

    /// <summary>Blobs: configs and layers.</summary>
    public RepositoryBlobs Blobs { get; }

    /// <summary>Tags.</summary>
    public RepositoryTags Tags { get; }

    /// <summary>Manifests that refer to others.</summary>
    public RepositoryReferrers Referrers { get; }

    internal AccessScope PullScope { get; }

    internal AccessScope PushScope { get; }

    internal AccessScope DeleteScope { get; }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return IsManifest(descriptor) ? Manifests.OpenAsync(descriptor, cancellationToken) : Blobs.OpenAsync(descriptor, cancellationToken: cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return IsManifest(descriptor) ? Manifests.ExistsAsync(descriptor.Digest, cancellationToken) : Blobs.ExistsAsync(descriptor.Digest, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="FormatException">The reference is neither a tag nor a digest.</exception>
    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return (await GetManifestAsync(reference, cancellationToken).ConfigureAwait(false))?.Descriptor;
    }

    /// <inheritdoc/>
    /// <remarks>Reads all tags before the first is returned, since not every registry sorts them; <see cref="Tags"/> lists them as they come.</remarks>
    /// <exception cref="RegistryException">There are more than a million, or the registry refused, or could not be reached.</exception>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var tags = new List<string>();
        await foreach (string tag in Tags.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (tags.Count == MaxSortedTags)
            {
                throw new RegistryException($"{this} has more than {MaxSortedTags} tags, which is the most that is sorted.", hint: "Repository.Tags.ListAsync lists them unsorted.");
            }
            tags.Add(tag);
        }
        tags.Sort(StringComparer.Ordinal);
        foreach (string tag in tags)
        {
            yield return tag;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        Referrers.ListAsync(subject, artifactType, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="RegistryException">The registry refused it, or could not be reached.</exception>
    public async Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(content);
        if (IsManifest(descriptor))
        {
            await Manifests.AddAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await Blobs.PushAsync(descriptor, content, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default) => Blobs.CreateAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ReferenceGrammar.CheckTag(tag);
        Manifest manifest = await Manifests.GetAsync(descriptor.Digest, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(descriptor.Digest.ToString(), ToString());
        await Manifests.PushAsync(manifest.Content, manifest.Descriptor.MediaType, new() { Algorithm = descriptor.Digest.Algorithm, Tags = [tag] }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The registry and the name: <c>registry.example:5000/library/debian</c>.</summary>
    public override string ToString() => $"{Client.Registry.Authority}/{Name}";

    /// <summary>Reads what a tag or digest stands for.</summary>
    internal Task<Manifest?> GetManifestAsync(string reference, CancellationToken cancellationToken) => Digest.TryParse(reference, out Digest digest)
        ? Manifests.GetAsync(digest, cancellationToken)
        : Manifests.GetAsync(reference, cancellationToken);

    internal static bool IsManifest(Descriptor descriptor) =>
        MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType);
}
