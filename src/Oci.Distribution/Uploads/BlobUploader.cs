using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Uploads;

/// <summary>Pushes blobs whose digest is known: asks first, mounts, resumes, or sends.</summary>
internal sealed class BlobUploader(Repository repository, RegistryTransport transport)
{
    private readonly UploadOpener _opener = new(repository, transport);

    public async Task<PushOutcome> PushAsync(Descriptor descriptor, Func<CancellationToken, ValueTask<Stream>> open, bool ownsContent, PushBlobOptions options, CancellationToken cancellationToken)
    {
        if (!options.SkipExistsCheck && await repository.Blobs.ExistsAsync(descriptor.Digest, cancellationToken).ConfigureAwait(false))
        {
            return PushOutcome.AlreadyThere;
        }
        var source = new UploadSource(open, ownsContent);
        await using (source.ConfigureAwait(false))
        {
            (UploadSession? session, PushOutcome outcome) = await OpenAsync(descriptor, source, options, cancellationToken).ConfigureAwait(false);
            if (session is not null)
            {
                await new BlobUpload(repository, transport, descriptor, session, source, options).RunAsync(cancellationToken).ConfigureAwait(false);
            }
            return outcome;
        }
    }

    // No session where there is nothing left to send.
    private async Task<(UploadSession? Session, PushOutcome Outcome)> OpenAsync(Descriptor descriptor, UploadSource source, PushBlobOptions options, CancellationToken cancellationToken)
    {
        if (options.ResumeAt is Uri location)
        {
            return (_opener.Resume(location), PushOutcome.Pushed);
        }
        if (options.MountFrom is string from)
        {
            try
            {
                UploadSession? refused = await _opener.MountAsync(descriptor.Digest, from, cancellationToken).ConfigureAwait(false);
                return (refused, refused is null ? PushOutcome.Mounted : PushOutcome.Pushed);
            }
            catch (RegistryException e) when (IsRefusal(e.StatusCode))
            {
                // Who may not read there may still write here. Where this repository was refused, the plain opening tells.
                transport.Logger.MountRefused(repository.ToString(), from, (int)e.StatusCode!);
            }
        }
        return options.SingleRequest && descriptor.Size <= BlobUpload.MaxSmallBlob
            ? (await PostAsync(descriptor, source, cancellationToken).ConfigureAwait(false), PushOutcome.Pushed)
            : (await _opener.StartAsync(descriptor.Digest.Algorithm, cancellationToken).ConfigureAwait(false), PushOutcome.Pushed);
    }

    private static bool IsRefusal(HttpStatusCode? status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    private async Task<UploadSession?> PostAsync(Descriptor descriptor, UploadSource source, CancellationToken cancellationToken)
    {
        byte[] bytes;
        var content = new VerifyingStream(await source.OpenAsync(cancellationToken).ConfigureAwait(false), descriptor, leaveOpen: true);
        await using (content.ConfigureAwait(false))
        {
            bytes = await BlobUpload.ReadSmallAsync(content, (int)descriptor.Size, cancellationToken).ConfigureAwait(false);
        }
        UploadSession? session = await _opener.PostAsync(descriptor.Digest, new ByteArrayContent(bytes), cancellationToken).ConfigureAwait(false);
        if (session is not null)
        {
            // To be sent a second time; the source need not be asked again, which may be impossible.
            await source.ReplaceAsync(bytes).ConfigureAwait(false);
        }
        return session;
    }
}
