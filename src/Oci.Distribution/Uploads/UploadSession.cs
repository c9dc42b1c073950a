using System.Globalization;
using System.Net;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Uploads;

/// <summary>An upload as the registry knows it: an address that moves with each answer (distribution-spec, "Pushing blobs").</summary>
internal sealed class UploadSession
{
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(5);

    private readonly Repository _repository;
    private readonly RegistryTransport _transport;
    private readonly AccessScope _scope;

    /// <summary>See <see cref="UploadOpener"/>.</summary>
    internal UploadSession(Repository repository, RegistryTransport transport, AccessScope scope, Uri location)
    {
        _repository = repository;
        _transport = transport;
        _scope = scope;
        Location = location;
    }

    /// <summary>Where the next request goes. Its query is the registry's, and may be secret.</summary>
    public Uri Location { get; private set; }

    /// <summary>The least bytes that a chunk must have, the last one apart (<c>OCI-Chunk-Min-Length</c>).</summary>
    public long MinChunkLength { get; set; }

    /// <summary>Told each address that the session moves to.</summary>
    public Action<Uri>? Moved { get; set; }

    /// <summary>Sends bytes that follow those that the registry has.</summary>
    /// <returns>How many bytes the registry says it has now; <see langword="null"/> where it does not say.</returns>
    public async Task<long?> PatchAsync(ReadOnlyMemory<byte> chunk, long offset, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Patch, Location, _scope);
        request.Content = new ReadOnlyMemoryContent(chunk);
        SetRange(request.Content, offset, chunk.Length);
        // ECR answers 201 where the spec wants 202.
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.Created, HttpStatusCode.NoContent).ConfigureAwait(false);
        Follow(response, request);
        return GetStored(response);
    }

    /// <summary>Ends the upload, with the last bytes or all of them in <paramref name="content"/>, or none.</summary>
    /// <remarks>Done too where the session is gone and the blob is there.</remarks>
    public async Task CompleteAsync(HttpContent? content, Digest digest, CancellationToken cancellationToken)
    {
        string query = Location.Query.Length > 1 ? $"{Location.Query}&digest={digest}" : $"?digest={digest}";
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Put, new UriBuilder(Location) { Query = query }.Uri, _scope);
        request.Content = content ?? new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        // A refusal then comes before the body is sent, not in the middle of it.
        request.Headers.ExpectContinue = request.Content is UploadContent ? true : null;
        try
        {
            using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.OK).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // A session that is gone may be one that was ended: by this request, sent again since its first answer was lost.
            if (!await _repository.Blobs.ExistsAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    /// <summary>Asks how many bytes the registry has; <see langword="null"/> where it no longer knows the session.</summary>
    public async Task<long?> GetOffsetAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Get, Location, _scope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        Follow(response, request);
        return GetStored(response) ?? 0;
    }

    /// <summary>Tells the registry to drop the upload. Best done, not vital: registries drop old sessions by themselves.</summary>
    public async Task CancelAsync()
    {
        using var timeout = new CancellationTokenSource(CancelTimeout, _transport.TimeProvider);
        try
        {
            using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Delete, Location, _scope);
            request.Content = new ByteArrayContent([]);
            using HttpResponseMessage response = await _transport.SendAsync(request, timeout.Token, HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.NotFound).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RegistryException or OperationCanceledException)
        {
            _transport.Logger.CancelFailed(UriRules.WithoutSecrets(Location), e.GetType().Name);
        }
    }

    /// <summary>Sets a range as distribution-spec wants it, <c>0-99</c>: ACR refuses one with <c>bytes</c> before it, which is all that .NET's own type can write.</summary>
    public static void SetRange(HttpContent content, long offset, long length)
    {
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + length - 1}"));
    }

    /// <summary>Reads <c>Range: 0-99</c>, with or without <c>bytes=</c>, as the number of bytes that the registry has.</summary>
    internal static bool TryParseStored(string range, out long stored)
    {
        stored = 0;
        ReadOnlySpan<char> text = range;
        if (text.StartsWith("bytes=", StringComparison.Ordinal))
        {
            text = text["bytes=".Length..];
        }
        if (!text.StartsWith("0-", StringComparison.Ordinal)
            || !long.TryParse(text[2..], NumberStyles.None, CultureInfo.InvariantCulture, out long last) || last == long.MaxValue)
        {
            return false;
        }
        // docker-registry says 0-0 of an upload that has nothing; one byte alone is never sent as a chunk.
        stored = last == 0 ? 0 : last + 1;
        return true;
    }

    /// <summary>Takes the address that an answer moved the session to; false where it told none.</summary>
    /// <exception cref="RegistryException">It is none to send to.</exception>
    internal bool Follow(HttpResponseMessage response, HttpRequestMessage request)
    {
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values))
        {
            return false;
        }
        MoveTo(values.ToString(), (response.RequestMessage ?? request).RequestUri!, request.Method);
        return true;
    }

    /// <summary>Goes on at an address, relative or absolute.</summary>
    /// <exception cref="RegistryException">It is none to send to.</exception>
    internal void MoveTo(string address, Uri from, HttpMethod method)
    {
        Uri location = UriRules.Resolve(from, address)
            ?? throw new RegistryException("The upload is to go on at an address that is neither http nor https, or that holds a user name; that is refused.", method, from);
        if (UriRules.IsHttp(location) && !UriRules.IsHttp(_transport.Registry))
        {
            throw new RegistryException($"The upload is to go on at http://{location.Authority}, from https; that is refused.", method, from, "The registry's proxy must be set up to tell it that clients come by https (X-Forwarded-Proto).");
        }
        Location = location;
        Moved?.Invoke(location);
    }

    private static long? GetStored(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Range", out var values) && TryParseStored(values.ToString(), out long stored) ? stored : null;
}
