using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>Counts what a copy does, and tells it on.</summary>
internal sealed class CopyTally(IProgress<CopyProgress>? progress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, long> _read = [];
    private long _doneBytes;
    private long _totalBytes;
    private long _copiedBytes;
    private int _copied;
    private int _skipped;
    private int _mounted;

    public void Found(Descriptor descriptor)
    {
        lock (_lock)
        {
            _totalBytes += descriptor.Size;
            Report(descriptor, CopyStep.Found, 0);
        }
    }

    public void Read(Descriptor descriptor, long bytes)
    {
        lock (_lock)
        {
            MoveTo(descriptor, bytes);
            Report(descriptor, CopyStep.Copying, bytes);
        }
    }

    public void Done(Descriptor descriptor, CopyStep step)
    {
        lock (_lock)
        {
            MoveTo(descriptor, descriptor.Size);
            _copied += step == CopyStep.Copied ? 1 : 0;
            _copiedBytes += step == CopyStep.Copied ? descriptor.Size : 0;
            _skipped += step == CopyStep.Skipped ? 1 : 0;
            _mounted += step == CopyStep.Mounted ? 1 : 0;
            Report(descriptor, step, step == CopyStep.Copied ? descriptor.Size : 0);
        }
    }

    public CopyResult ToResult(Descriptor root)
    {
        lock (_lock)
        {
            return new CopyResult { Root = root, Copied = _copied, Skipped = _skipped, Mounted = _mounted, CopiedBytes = _copiedBytes };
        }
    }

    private void MoveTo(Descriptor descriptor, long bytes)
    {
        _doneBytes += bytes - _read.GetValueOrDefault(descriptor.Digest);
        _read[descriptor.Digest] = bytes;
    }

    // Told under the lock, so that no report overtakes a later one; Progress<T> posts and returns at once.
    private void Report(Descriptor descriptor, CopyStep step, long bytes) =>
        progress?.Report(new CopyProgress(descriptor, step, bytes, _doneBytes, _totalBytes));
}
