using System.Runtime.CompilerServices;

namespace Oci.Image;

/// <summary>Several sources as one: what the first lacks is looked for in the next.</summary>
/// <remarks>For what is made of an image without a copy of all of it: a converted or changed manifest here, its layers there. Owns none of them.</remarks>
/// <param name="sources">The sources, the preferred one first.</param>
public sealed class CombinedContentSource(params IReadOnlyList<IContentSource> sources) : IContentSource
{
    private readonly IContentSource[] _sources = [.. sources ?? throw new ArgumentNullException(nameof(sources))];

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ContentNotFoundException? missing = null;
        foreach (IContentSource source in _sources)
        {
            try
            {
                return await source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
            }
            catch (ContentNotFoundException e)
            {
                missing = e;
            }
        }
        throw new ContentNotFoundException(descriptor.Digest.ToString(), ToString(), missing);
    }

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        foreach (IContentSource source in _sources)
        {
            if (await source.ExistsAsync(descriptor, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        foreach (IContentSource source in _sources)
        {
            if (await source.ResolveAsync(reference, cancellationToken).ConfigureAwait(false) is Descriptor found)
            {
                return found;
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (IContentSource source in _sources)
        {
            await foreach (string tag in source.ListTagsAsync(cancellationToken).ConfigureAwait(false))
            {
                tags.Add(tag);
            }
        }
        foreach (string tag in tags)
        {
            yield return tag;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = new HashSet<Digest>();
        foreach (IContentSource source in _sources)
        {
            await foreach (Descriptor referrer in source.ListReferrersAsync(subject, artifactType, cancellationToken).ConfigureAwait(false))
            {
                if (seen.Add(referrer.Digest))
                {
                    yield return referrer;
                }
            }
        }
    }

    /// <summary>The names of the sources.</summary>
    public override string ToString() => string.Join(", then ", _sources.Select(source => source.ToString()));
}
