using System.Globalization;
using System.Net;
using Oci.Distribution.Http;
using Oci.Distribution.Manifests;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Distribution.Blobs;

/// <summary>The blobs of a repository (distribution-spec, end-2, end-4 to end-6, end-10, end-11, end-13, end-14).</summary>
public sealed class RepositoryBlobs
{
    private readonly Repository _repository;
    private readonly RegistryTransport _transport;
    private readonly BlobUploader _uploader;

    internal RepositoryBlobs(Repository repository, RegistryTransport transport)
    {
        _repository = repository;
        _transport = transport;
        _uploader = new BlobUploader(repository, transport);
    }

    /// <summary>Opens a blob or a part of one for reading. The stream goes on by itself after a broken connection; that of a whole blob verifies size and digest.</summary>
    /// <param name="descriptor">The blob.</param>
    /// <param name="options">Which bytes, and over how many connections; <see langword="null"/> for all of them, over one. Read now.</param>
    /// <param name="cancellationToken">Ends the opening; reads take tokens of their own.</param>
    /// <returns>A stream that the caller disposes. It holds its connections until then. Of a part it is unverified: see <see cref="OpenBlobOptions.Offset"/>.</returns>
    /// <exception cref="ArgumentException">The part is not within the blob, or <see cref="OpenBlobOptions.ParallelRanges"/> and <see cref="OpenBlobOptions.RangeSize"/> come to more than <see cref="OpenBlobOptions.MaxBuffered"/>.</exception>
    /// <exception cref="ContentNotFoundException">The repository has no such blob.</exception>
    /// <exception cref="ContentMismatchException">The registry tells another size; while reading: the content is another.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<Stream> OpenAsync(Descriptor descriptor, OpenBlobOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        options ??= new OpenBlobOptions();
        long start = options.Offset;
        if (start > descriptor.Size || options.Length > descriptor.Size - start)
        {
            throw new ArgumentException($"The part from byte {start} on, of {options.Length?.ToString(CultureInfo.InvariantCulture) ?? "all"} bytes, is not within the blob's {descriptor.Size}.", nameof(options));
        }
        if ((long)options.ParallelRanges * options.RangeSize > OpenBlobOptions.MaxBuffered)
        {
            throw new ArgumentException($"{options.ParallelRanges} ranges of {options.RangeSize} bytes are more than the {OpenBlobOptions.MaxBuffered} that may be held in memory. Set one of the two lower.", nameof(options));
        }
        long end = start + (options.Length ?? descriptor.Size - start);
        bool isWhole = end - start == descriptor.Size;
        if (start == end && !isWhole)
        {
            return Stream.Null;
        }
        Stream content = await OpenAsync(descriptor, start, end, options, cancellationToken).ConfigureAwait(false);
        return isWhole ? new VerifyingStream(content, descriptor) : content;
    }

    /// <summary>Whether the repository has a blob. Nothing is read.</summary>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<bool> ExistsAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await HeadAsync(digest, cancellationToken).ConfigureAwait(false);
        // A registry that names other content has not said that it has this; to push it is right either way.
        return response.StatusCode == HttpStatusCode.OK && !ManifestHeaders.NamesOther(response, digest);
    }

    /// <summary>The size of a blob in bytes, as the registry tells it; <see langword="null"/> where there is none, or none is told. Nothing is read.</summary>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<long?> GetSizeAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await HeadAsync(digest, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK ? response.Content.Headers.ContentLength : null;
    }

    /// <summary>Pushes a blob, unless the repository has it.</summary>
    /// <param name="descriptor">The blob. Its size and digest are checked before the last bytes are sent.</param>
    /// <param name="content">Read from where it stands to its end, not disposed. One that can seek is read again where a connection breaks.</param>
    /// <param name="options">How to push.</param>
    /// <param name="cancellationToken">Ends the push; the registry is told to drop what it has of it.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ContentMismatchException">The content is not what the descriptor says; nothing was kept.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<PushOutcome> PushAsync(Descriptor descriptor, Stream content, PushBlobOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(content);
        return await _uploader.PushAsync(descriptor, _ => new ValueTask<Stream>(content), ownsContent: false, options ?? new PushBlobOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to write a blob whose digest is known only at its end. It is sent in chunks of <see cref="RegistryClientOptions.ChunkSize"/>, one of which is held in memory.</summary>
    /// <returns>A writer that the caller commits, and disposes in any case.</returns>
    public Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<ContentWriter>(new BlobWriter(_repository, _transport));
    }

    /// <summary>Makes the registry take a blob from another of its repositories, without sending it.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="from">The name of the repository that has it; <see langword="null"/> to let the registry look.</param>
    /// <param name="cancellationToken">Ends the request. It may have happened.</param>
    /// <returns>False where the registry would not; the blob must then be pushed.</returns>
    /// <exception cref="FormatException">The name is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<bool> MountAsync(Digest digest, string? from = null, CancellationToken cancellationToken = default)
    {
        Check(digest);
        if (from is not null)
        {
            ReferenceGrammar.CheckName(from);
        }
        UploadSession? session = await new UploadOpener(_repository, _transport).MountAsync(digest, from, cancellationToken).ConfigureAwait(false);
        if (session is not null)
        {
            await session.CancelAsync().ConfigureAwait(false);
        }
        return session is null;
    }

    /// <summary>Deletes a blob from this repository.</summary>
    /// <returns>False where there was none.</returns>
    /// <exception cref="RegistryException">The registry refused, as many do, or could not be reached.</exception>
    public async Task<bool> DeleteAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Delete, $"/v2/{_repository.Name}/blobs/{Check(digest)}", _repository.DeleteScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    /// <summary>As <see cref="PushAsync(Descriptor, Stream, PushBlobOptions?, CancellationToken)"/>, with content of another store: opened only where it is needed, again after a break, and verified by itself.</summary>
    internal Task<PushOutcome> PushAsync(Descriptor descriptor, Func<CancellationToken, ValueTask<Stream>> open, PushBlobOptions options, CancellationToken cancellationToken) =>
        _uploader.PushAsync(descriptor, open, ownsContent: true, options, cancellationToken);

    private async Task<Stream> OpenAsync(Descriptor descriptor, long start, long end, OpenBlobOptions options, CancellationToken cancellationToken)
    {
        if (options.ParallelRanges > 1 && end - start > options.RangeSize)
        {
            return await ParallelRangeStream.OpenAsync(
                requiresPartial => new BlobConnection(_repository, _transport, descriptor) { RequiresPartial = requiresPartial },
                _transport, start, end, options, cancellationToken).ConfigureAwait(false);
        }
        var stream = new ResumingStream(new BlobConnection(_repository, _transport, descriptor), _transport, start, end);
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<HttpResponseMessage> HeadAsync(Digest digest, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Head, $"/v2/{_repository.Name}/blobs/{Check(digest)}", _repository.PullScope);
        return await _transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
    }

    private static Digest Check(Digest digest) => digest == default ? throw new ArgumentException("No digest was given.", nameof(digest)) : digest;
}
