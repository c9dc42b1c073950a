namespace Oci.Runtime.Linux.Running;

/// <summary>Carries bytes between the pipes of a container and the streams of a caller.</summary>
internal sealed class RunStreams : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunStreams(Container container, RunOptions options, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Outputs = Task.WhenAll(
            WatchAsync(container.StandardOutput!.CopyToAsync(options.StandardOutput ?? Stream.Null, _stop.Token)),
            WatchAsync(container.StandardError!.CopyToAsync(options.StandardError ?? Stream.Null, _stop.Token)));
        // Not waited for: a read of the caller's stream may never end, as that of a console.
        _ = WatchAsync(FeedAsync(options.StandardInput, container.StandardInput!, _stop.Token));
    }

    /// <summary>Ends when the container has closed both of its outputs.</summary>
    public Task Outputs { get; }

    /// <summary>Fails when a stream of the caller does; never ends otherwise.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Begins to carry. The container must have been created with pipes.</summary>
    public static RunStreams Start(Container container, RunOptions options, CancellationToken cancellationToken) => new(container, options, cancellationToken);

    /// <summary>Stops carrying. What the container wrote may be lost where <see cref="Outputs"/> has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Outputs.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(Task carrying)
    {
        try
        {
            await carrying.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Who waits for the end of the run hears it from Failure.
            _failure.TrySetException(e);
            _ = _failure.Task.Exception;
            throw;
        }
    }

    private static async Task FeedAsync(Stream? from, Stream to, CancellationToken cancellationToken)
    {
        await using (to.ConfigureAwait(false))
        {
            if (from is null)
            {
                return;
            }
            var buffer = new byte[BufferSize];
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                try
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                    // The program reads no more: that is its own choice.
                    return;
                }
            }
        }
    }
}
