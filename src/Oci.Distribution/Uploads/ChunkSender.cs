using System.Net;
using Oci.Distribution.Http;

namespace Oci.Distribution.Uploads;

/// <summary>Sends the chunks of an upload in order, and asks the registry where to go on after a break.</summary>
internal sealed class ChunkSender(UploadSession session, RegistryTransport transport, long offset = 0)
{
    /// <summary>The largest chunks that a registry may ask for, since they are held in memory. Known ones ask for 5 to 10 MiB. The user may ask for larger ones.</summary>
    public const int MaxAskedChunkSize = 24 * 1024 * 1024;

    // Less than this of a chunk that is stored in part counts as a failed try.
    private const long Progress = 64 * 1024;

    /// <summary>How many bytes the registry has.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The size of a chunk: the client's, or the registry's least where that is more.</summary>
    public static int GetChunkSize(UploadSession session, RegistryTransport transport) => session.MinChunkLength <= Math.Max(MaxAskedChunkSize, transport.ChunkSize)
        ? (int)Math.Max(transport.ChunkSize, session.MinChunkLength)
        : throw new RegistryException($"The registry wants chunks of {session.MinChunkLength} bytes; {MaxAskedChunkSize} is the most that is sent unasked.", HttpMethod.Post, session.Location, "Set RegistryClientOptions.ChunkSize to so much, or push without PushBlobOptions.Chunked.");

    public async Task SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        long end = Offset + chunk.Length;
        int breaks = 0;
        while (Offset < end)
        {
            ReadOnlyMemory<byte> rest = chunk[(int)(chunk.Length - (end - Offset))..];
            long? stored;
            try
            {
                stored = await session.PatchAsync(rest, Offset, cancellationToken).ConfigureAwait(false) ?? end;
                RegistryTelemetry.Pushed.Add(rest.Length);
            }
            catch (RegistryException e) when (breaks < transport.MaxRetries && (e.IsTransient || e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
            {
                await transport.DelayAsync(breaks++, cancellationToken).ConfigureAwait(false);
                stored = await session.GetOffsetAsync(cancellationToken).ConfigureAwait(false);
                if (stored is null)
                {
                    throw new RegistryException("The registry has forgotten the upload.", HttpMethod.Patch, session.Location, "Push again.", e);
                }
                transport.Logger.ResumingUpload(UriRules.WithoutSecrets(session.Location), stored.Value);
                RegistryTelemetry.Resumes.Add(1);
            }
            // Less than was sent is for the loop to send again, but not byte by byte; before the chunk or beyond it cannot be right.
            bool isTooLittle = stored < end && stored - Offset < Progress;
            if (stored < Offset || stored > end || (isTooLittle && breaks++ >= transport.MaxRetries))
            {
                throw new RegistryException($"The registry says that it has {stored} bytes of the upload, where {Offset} to {end} were sent.", HttpMethod.Patch, session.Location, "Push again.");
            }
            Offset = stored.Value;
        }
    }
}
