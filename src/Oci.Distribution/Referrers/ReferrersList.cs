using Oci.Distribution.Http;
using Oci.Distribution.Manifests;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Referrers;

/// <summary>The list under the referrers tag, which clients keep where a registry lacks the API (distribution-spec, "Referrers Tag Schema").</summary>
internal sealed class ReferrersList(Repository repository, RegistryTransport transport)
{
    /// <summary>The list; <see langword="null"/> where there is none, or none that is an index: the spec then has no referrers be assumed.</summary>
    public async Task<ImageIndex?> FindAsync(Digest subject, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(subject, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDocumentException)
        {
            return null;
        }
    }

    /// <summary>Adds a referrer, unless it is there.</summary>
    /// <exception cref="InvalidDocumentException">What stands under the tag is no index; it is left as it is.</exception>
    public Task AddAsync(Digest subject, Descriptor referrer, CancellationToken cancellationToken) =>
        ChangeAsync(subject, list => (list?.Manifests ?? []).Any(m => m.Digest == referrer.Digest)
            ? null
            // A list that is itself said to refer to something would have to be recorded in its turn, without end.
            : (list ?? new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [] }) with { Subject = null, Manifests = [.. list?.Manifests ?? [], referrer] }, cancellationToken);

    /// <summary>Takes a referrer out, where it is in.</summary>
    /// <exception cref="InvalidDocumentException">What stands under the tag is no index; it is left as it is.</exception>
    public Task RemoveAsync(Digest subject, Digest referrer, CancellationToken cancellationToken) =>
        ChangeAsync(subject, list => list is null || list.Manifests.All(m => m.Digest != referrer)
            ? null
            : list with { Subject = null, Manifests = [.. list.Manifests.Where(m => m.Digest != referrer)] }, cancellationToken);

    private async Task ChangeAsync(Digest subject, Func<ImageIndex?, ImageIndex?> change, CancellationToken cancellationToken)
    {
        // Registries have no lock to offer; at least the calls of this client do not lose each other's entries.
        await transport.RecordingReferrers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (change(await ReadAsync(subject, cancellationToken).ConfigureAwait(false)) is ImageIndex changed)
            {
                await repository.Manifests.PushAsync(changed.ToUtf8Bytes(), MediaTypes.ImageIndex, new() { Tags = [ReferrersTag.For(subject)] }, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            transport.RecordingReferrers.Release();
        }
    }

    private async Task<ImageIndex?> ReadAsync(Digest subject, CancellationToken cancellationToken)
    {
        if (await repository.Manifests.GetAsync(ReferrersTag.For(subject), cancellationToken).ConfigureAwait(false) is not Manifest list)
        {
            return null;
        }
        return MediaTypes.IsIndex(list.Descriptor.MediaType)
            ? ImageIndex.Parse(list.Content.Span)
            : throw new InvalidDocumentException("list of referrers", "$", $"under the tag {ReferrersTag.For(subject)} stands {list.Descriptor.MediaType} and not an index. Another tool uses that tag.");
    }
}
