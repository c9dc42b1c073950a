using System.Buffers;

namespace Oci.Image.Validation;

/// <summary>Reads content once each, counts it, tells how far it is, and makes findings of what reading throws.</summary>
internal sealed class ContentReadingRun(IContentSource source, FindingList findings, ValidationOptions options, IProgress<ValidationProgress>? progress)
{
    private const int BufferSize = 128 * 1024;
    private const int ReportEvery = 1 << 20;

    // With the size, since two descriptors of one digest may disagree about it; and with the DiffID or manifest it stands with.
    private readonly HashSet<(Digest Content, long Size, Digest Context)> _seen = [];
    private readonly HashSet<Digest> _digests = [];
    private int _count;
    private long _bytes;
    private long _reported;

    public IContentSource Source => source;

    public FindingList Findings => findings;

    public ValidationOptions Options => options;

    public int VerifiedCount { get; private set; }

    public long VerifiedBytes { get; private set; }

    /// <summary>Whether content was read, and found good or not.</summary>
    public bool HasSeen(Digest digest) => _digests.Contains(digest);

    /// <summary>One piece of content, once in its context.</summary>
    /// <returns>False where it was read before, or could not be read.</returns>
    public async Task<bool> TryReadAsync(Descriptor descriptor, Digest context, Func<Task> readAsync, ValidationRule? mismatch = null)
    {
        if (!_seen.Add((descriptor.Digest, descriptor.Size, context)))
        {
            return false;
        }
        _digests.Add(descriptor.Digest);
        bool isGood = false;
        int errors = findings.ErrorCount;
        try
        {
            await readAsync().ConfigureAwait(false);
            isGood = true;
        }
        catch (Exception e) when (ContentRules.Explains(e))
        {
            ValidationRule rule = e is ContentMismatchException ? mismatch ?? ContentRules.RuleOf(e) : ContentRules.RuleOf(e);
            findings.Add(rule, (e as InvalidDocumentException)?.JsonPath ?? "$", e.Message, descriptor, e);
        }
        if (findings.ErrorCount == errors)
        {
            VerifiedCount++;
            VerifiedBytes += descriptor.Size;
        }
        _count++;
        _bytes += descriptor.Size;
        _reported = 0;
        progress?.Report(new ValidationProgress(descriptor, _count, _bytes));
        return isGood;
    }

    /// <summary>A document, whole and verified.</summary>
    public async Task<byte[]?> ReadDocumentAsync(Descriptor descriptor, Digest context, CancellationToken cancellationToken)
    {
        byte[]? content = null;
        await TryReadAsync(descriptor, context, async () =>
        {
            if (descriptor.Size > OciJson.MaxDocumentSize)
            {
                findings.Add(ContentRules.TooLarge, "$", $"It has {descriptor.Size} bytes; {OciJson.MaxDocumentSize} is the most that is read.", descriptor);
                return;
            }
            content = await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return content;
    }

    /// <summary>Content of any kind, to its end.</summary>
    /// <param name="descriptor">What to read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="mismatch">The rule that content with another digest breaks; that of its size or digest where null.</param>
    public Task ReadBlobAsync(Descriptor descriptor, CancellationToken cancellationToken, ValidationRule? mismatch = null) => TryReadAsync(descriptor, default, () => DrainAsync(descriptor, cancellationToken), mismatch);

    private async Task DrainAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Stream blob = await source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
            await using (blob.ConfigureAwait(false))
            {
                long read = 0;
                int count;
                while ((count = await blob.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    read += count;
                    Report(descriptor, read);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Tells how much of a piece of content was read so far, every MiB or so.</summary>
    public void Report(Descriptor descriptor, long read)
    {
        if (progress is not null && read - _reported > ReportEvery)
        {
            _reported = read;
            progress.Report(new ValidationProgress(descriptor, _count, _bytes + read));
        }
    }
}
