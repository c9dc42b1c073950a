using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>Pushes a manifest under its digest and any number of tags, and has its subject's list of referrers kept.</summary>
internal sealed class ManifestPusher(Repository repository, RegistryTransport transport)
{
    // What the development text of distribution-spec has every registry with this query take.
    private const int MaxTagsPerRequest = 10;

    public async Task PushAsync(Descriptor descriptor, ReadOnlyMemory<byte> content, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        // By digest, so that the registry files it under this one; a tag alone lets it choose the algorithm.
        string byDigest = descriptor.Digest.ToString();
        bool isPlain = tags.Count <= 1 && descriptor.Digest.Algorithm == DigestAlgorithm.Sha256;
        bool keepsReferrers = isPlain
            ? (await PutAsync(descriptor, content, tags.Count == 1 ? tags[0] : byDigest, [], cancellationToken).ConfigureAwait(false)).KeepsReferrers
            : await PutTagsAsync(descriptor, content, tags, cancellationToken).ConfigureAwait(false);
        if (!keepsReferrers)
        {
            await repository.Referrers.RecordAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> PutTagsAsync(Descriptor descriptor, ReadOnlyMemory<byte> content, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        Answer answer = await PutAsync(descriptor, content, descriptor.Digest.ToString(), [.. tags.Take(MaxTagsPerRequest)], cancellationToken).ConfigureAwait(false);
        List<string> single = [.. tags.Take(MaxTagsPerRequest).Except(answer.Tags)];
        foreach (string[] batch in tags.Skip(MaxTagsPerRequest).Chunk(MaxTagsPerRequest))
        {
            // One that took none of the first does not know the query, and need not be asked again.
            HashSet<string> taken = answer.Tags.Count == 0
                ? []
                : (await PutAsync(descriptor, content, descriptor.Digest.ToString(), batch, cancellationToken).ConfigureAwait(false)).Tags;
            single.AddRange(batch.Except(taken));
        }
        foreach (string tag in single)
        {
            await PutAsync(descriptor, content, tag, [], cancellationToken).ConfigureAwait(false);
        }
        return answer.KeepsReferrers;
    }

    private async Task<Answer> PutAsync(Descriptor descriptor, ReadOnlyMemory<byte> content, string reference, string[] tags, CancellationToken cancellationToken)
    {
        // A tag's characters may all stand in a query as they are.
        string query = tags.Length == 0 ? "" : $"?tag={string.Join("&tag=", tags)}";
        using HttpRequestMessage request = transport.CreateRequest(HttpMethod.Put, $"/v2/{repository.Name}/manifests/{reference}{query}", repository.PushScope);
        request.Content = new ReadOnlyMemoryContent(content);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", descriptor.MediaType.ToString());
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Accepted).ConfigureAwait(false);
        if (ManifestHeaders.GetDigest(response) is { IsComputable: true } told && Digest.Compute(told.Algorithm, content.Span) != told)
        {
            throw new ContentMismatchException("manifest that the registry says it stored", descriptor.Digest, null, told, content.Length);
        }
        return new Answer(ManifestHeaders.GetTags(response), response.Headers.Contains("OCI-Subject"));
    }

    private readonly record struct Answer(HashSet<string> Tags, bool KeepsReferrers);
}
