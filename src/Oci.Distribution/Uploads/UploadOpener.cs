using System.Globalization;
using System.Net;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Uploads;

/// <summary>Opens uploads, and leaves none behind where the caller gives up while one is being opened.</summary>
internal sealed class UploadOpener(Repository repository, RegistryTransport transport)
{
    // An answer that is on its way is here by then; whoever cancels does not want to wait longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Opens a session. Credentials are settled by it, before any body that cannot be sent twice.</summary>
    public async Task<UploadSession> StartAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        string query = algorithm == DigestAlgorithm.Sha256 ? "" : $"?digest-algorithm={GetName(algorithm)}";
        return await OpenAsync(query, new ByteArrayContent([]), repository.PushScope, cancellationToken).ConfigureAwait(false)
            ?? throw new RegistryException("The registry answered 201 to the opening of an upload, which makes no sense without a digest.", HttpMethod.Post, repository.Client.Registry);
    }

    /// <summary>Asks for a mount; <see langword="null"/> where it was done, else a session to push by.</summary>
    public Task<UploadSession?> MountAsync(Digest digest, string? from, CancellationToken cancellationToken)
    {
        // A digest's colon and a name's slashes may stand in a query as they are (RFC 3986, section 3.4).
        string query = from is null ? $"?mount={digest}" : $"?mount={digest}&from={from}";
        string algorithm = digest.Algorithm == DigestAlgorithm.Sha256 ? "" : $"&digest-algorithm={digest.AlgorithmName}";
        AccessScope scope = from is null ? repository.PushScope : repository.PushScope.Union(AccessScope.Repository(from, "pull"));
        return OpenAsync(query + algorithm, new ByteArrayContent([]), scope, cancellationToken);
    }

    /// <summary>Sends a blob in the one request; <see langword="null"/> where the registry took it so, else a session to push by.</summary>
    public Task<UploadSession?> PostAsync(Digest digest, ByteArrayContent content, CancellationToken cancellationToken)
    {
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        return OpenAsync($"?digest={digest}", content, repository.PushScope, cancellationToken);
    }

    /// <summary>A session that is open already.</summary>
    /// <exception cref="RegistryException">The address is no place to send to.</exception>
    public UploadSession Resume(Uri location)
    {
        var session = new UploadSession(repository, transport, repository.PushScope, transport.Registry);
        session.MoveTo(location.OriginalString, transport.Registry, HttpMethod.Get);
        return session;
    }

    private async Task<UploadSession?> OpenAsync(string query, HttpContent content, AccessScope scope, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, transport.TimeProvider);
        Task<UploadSession?> opening = SendAsync(query, content, scope, patience.Token);
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The registry may have opened one, and only its answer tells where.
            patience.CancelAfter(Patience);
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening is { IsCompletedSuccessfully: true, Result: UploadSession orphan })
            {
                await orphan.CancelAsync().ConfigureAwait(false);
            }
            throw;
        }
    }

    private async Task<UploadSession?> SendAsync(string query, HttpContent content, AccessScope scope, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = transport.CreateRequest(HttpMethod.Post, $"/v2/{repository.Name}/blobs/uploads/{query}", scope);
        request.Content = content;
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.Created).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            return null;
        }
        var session = new UploadSession(repository, transport, scope, request.RequestUri!);
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

    private static string GetName(DigestAlgorithm algorithm) => Digest.Compute(algorithm, []).AlgorithmName;
}
