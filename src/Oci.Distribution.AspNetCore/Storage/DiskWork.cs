namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>Runs what waits for the disk (fsync) on threads of its own, so that the thread pool keeps serving requests.</summary>
internal sealed class DiskWork : IDisposable
{
    // More in flight lets the file system's journal take several flushes in one commit.
    private const int MaxConcurrent = 16;

    private readonly SemaphoreSlim _slots = new(MaxConcurrent);

    public async Task RunAsync(Action work, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
