using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>Removes upload sessions that nobody goes on with, while the app runs.</summary>
/// <remarks>
/// Not a <see cref="BackgroundService"/>: where an app is disposed without having been stopped, its task ends as
/// cancelled, also before its first line ran, and the host logs that as a critical failure.
/// </remarks>
internal sealed partial class UploadSweeper(UploadSessions sessions, IOptions<OciRegistryOptions> options, TimeProvider time, ILogger<UploadSweeper> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stopping.Token);
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

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        TimeSpan period = options.Value.UploadExpiration < LongestPeriod ? options.Value.UploadExpiration : LongestPeriod;
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await SweepAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // This is how it ends.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            int removed = await sessions.SweepAsync(cancellationToken).ConfigureAwait(false);
            if (removed > 0)
            {
                LogRemoved(removed);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The next round tries again; the app must not end for it.
            LogFailed(e);
        }
        catch (ObjectDisposedException) when (cancellationToken.IsCancellationRequested)
        {
            // The app was disposed in the middle of a round.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} expired upload sessions.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(2, LogLevel.Warning, "Expired upload sessions cannot be removed.")]
    private partial void LogFailed(Exception exception);
}
