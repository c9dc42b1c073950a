using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>Counts what a copy does, and tells it on.</summary>
internal sealed class CopyTally(IProgress<CopyProgress>? progress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, long> _read = [];
    private long _doneBytes;
    private long _totalBytes;

    public CopyTotals Blobs { get; private set; }

    public CopyTotals Manifests { get; private set; }

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

    public void Done(CopyItem item, CopyStep step)
    {
        Descriptor descriptor = item.Descriptor;
        lock (_lock)
        {
            MoveTo(descriptor, descriptor.Size);
            if (item.IsManifest)
            {
                Manifests = Manifests.Add(step, descriptor.Size);
            }
            else
            {
                Blobs = Blobs.Add(step, descriptor.Size);
            }
            Report(descriptor, step, step == CopyStep.Copied ? descriptor.Size : 0);
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
