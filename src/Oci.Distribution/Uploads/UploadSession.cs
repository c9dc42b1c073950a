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

    private readonly RegistryTransport _transport;
    private readonly AccessScope _scope;

    private UploadSession(RegistryTransport transport, AccessScope scope, Uri location)
    {
        _transport = transport;
        _scope = scope;
        Location = location;
    }

    /// <summary>Where the next request goes. Its query is the registry's, and may be secret.</summary>
    public Uri Location { get; private set; }

    /// <summary>The least bytes that a chunk must have, the last one apart (<c>OCI-Chunk-Min-Length</c>).</summary>
    public long MinChunkLength { get; private set; }

    /// <summary>Opens a session. Credentials are settled by it, before any body that cannot be sent twice.</summary>
    public static async Task<UploadSession> StartAsync(Repository repository, RegistryTransport transport, CancellationToken cancellationToken) =>
        await StartAsync(repository, transport, "", repository.PushScope, cancellationToken).ConfigureAwait(false)
            ?? throw new RegistryException("The registry answered 201 to the opening of an upload, which makes no sense without a digest.", HttpMethod.Post, repository.Client.Registry);

    /// <summary>Asks for a mount; <see langword="null"/> where it was done, else a session to push by.</summary>
    public static Task<UploadSession?> MountAsync(Repository repository, RegistryTransport transport, Digest digest, string? from, CancellationToken cancellationToken)
    {
        // A digest's colon and a name's slashes may stand in a query as they are (RFC 3986, section 3.4).
        string query = from is null ? $"?mount={digest}" : $"?mount={digest}&from={from}";
        AccessScope scope = from is null ? repository.PushScope : repository.PushScope.Union(AccessScope.Repository(from, "pull"));
        return StartAsync(repository, transport, query, scope, cancellationToken);
    }

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
    public async Task CompleteAsync(HttpContent? content, Digest digest, CancellationToken cancellationToken)
    {
        string query = Location.Query.Length > 1 ? $"{Location.Query}&digest={digest}" : $"?digest={digest}";
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Put, new UriBuilder(Location) { Query = query }.Uri, _scope);
        request.Content = content ?? new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        // A refusal then comes before the body is sent, not in the middle of it.
        request.Headers.ExpectContinue = request.Content is UploadContent ? true : null;
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.OK).ConfigureAwait(false);
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

    private static async Task<UploadSession?> StartAsync(Repository repository, RegistryTransport transport, string query, AccessScope scope, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = transport.CreateRequest(HttpMethod.Post, $"/v2/{repository.Name}/blobs/uploads/{query}", scope);
        request.Content = new ByteArrayContent([]);
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.Created).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            return null;
        }
        var session = new UploadSession(transport, scope, request.RequestUri!);
        if (!session.Follow(response, request))
        {
            throw new RegistryException("The registry opened an upload and did not tell where (no Location).", request.Method, request.RequestUri);
        }
        if (response.Headers.NonValidated.TryGetValues("OCI-Chunk-Min-Length", out var values)
            && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            session.MinChunkLength = length;
        }
        return session;
    }

    private bool Follow(HttpResponseMessage response, HttpRequestMessage request)
    {
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values))
        {
            return false;
        }
        Uri from = (response.RequestMessage ?? request).RequestUri!;
        Uri location = UriRules.Resolve(from, values.ToString())
            ?? throw new RegistryException("The registry moved the upload to an address that is neither http nor https.", request.Method, from);
        if (UriRules.IsHttp(location) && !UriRules.IsHttp(_transport.Registry))
        {
            throw new RegistryException($"The registry moved the upload from https to http://{location.Authority}; that is refused.", request.Method, from, "Its proxy must be set up to tell it that clients come by https (X-Forwarded-Proto).");
        }
        Location = location;
        return true;
    }

    private static long? GetStored(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Range", out var values) && TryParseStored(values.ToString(), out long stored) ? stored : null;
}
