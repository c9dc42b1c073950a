using Microsoft.Extensions.Hosting;

namespace Oci.Distribution.AspNetCore.Background;

/// <summary>Does something every so often, while the app runs.</summary>
/// <remarks>
/// Not a <see cref="BackgroundService"/>: where an app is disposed without having been stopped, its task ends as
/// cancelled, also before its first line ran, and the host logs that as a critical failure.
/// </remarks>
internal abstract class PeriodicService(TimeProvider time) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>How long from one round to the next; <see langword="null"/> for never.</summary>
    protected abstract TimeSpan? Period { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Period is { } period)
        {
            _running = RunAsync(period, _stopping.Token);
        }
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>One round.</summary>
    protected abstract Task RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Logs that a round failed. The next one tries again; the app must not end for it.</summary>
    protected abstract void LogFailed(Exception exception);

    private async Task RunAsync(TimeSpan period, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await TryRunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // This is how it ends.
        }
    }

    private async Task TryRunOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The app was stopped or disposed in the middle of the round, and what the round used with it.
        }
    }
}
