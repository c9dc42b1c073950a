using System.Buffers;
using Oci.Image;

namespace Oci.Distribution.Mirrors;

/// <summary>Content from the first place that gives it, and on from the next one where it breaks off. Whoever reads it verifies the whole.</summary>
internal sealed class MirroredStream(MirroredSource source, Descriptor descriptor) : ForwardReadStream
{
    private readonly List<MirrorPlace> _asked = [];
    private readonly MirrorFailures _failures = new();
    private Stream? _body;
    private MirrorPlace? _place;
    private long _offset;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                int read = await _body!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                _offset += read;
                return read;
            }
            catch (Exception e) when (MirroredSource.CanFallBack(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Fail(e);
            }
            await OpenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the next place that has the content, at where reading stands.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        foreach (MirrorPlace place in source.GetPlaces(_asked))
        {
            _place = place;
            _asked.Add(place);
            try
            {
                _body = await place.Repository.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
                await SkipAsync(_body, cancellationToken).ConfigureAwait(false);
                source.ReportServed(place, descriptor.Digest.ToString());
                return;
            }
            catch (Exception e) when (MirroredSource.CanFallBack(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Fail(e);
                await CloseAsync().ConfigureAwait(false);
            }
        }
        throw _failures.ToException();
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body?.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Fail(Exception e)
    {
        source.ReportFailed(_place!, e);
        _failures.Add(_place!, e);
    }

    private async ValueTask CloseAsync()
    {
        if (_body is not null)
        {
            await _body.DisposeAsync().ConfigureAwait(false);
            _body = null;
        }
    }

    private async Task SkipAsync(Stream body, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long left = _offset; left > 0;)
            {
                int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return; // Shorter than what was read elsewhere: the digest over the whole tells.
                }
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
