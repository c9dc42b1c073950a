using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>Removes expired upload sessions while the app runs.</summary>
internal sealed partial class UploadSweeper(UploadSessions sessions, IOptions<OciRegistryOptions> options, TimeProvider time, ILogger<UploadSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan period = options.Value.UploadExpiration < LongestPeriod ? options.Value.UploadExpiration : LongestPeriod;
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                int removed = await sessions.SweepAsync(stoppingToken).ConfigureAwait(false);
                if (removed > 0)
                {
                    LogRemoved(removed);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // The next round tries again; the app must not end for it.
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} expired upload sessions.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(2, LogLevel.Warning, "Expired upload sessions cannot be removed.")]
    private partial void LogFailed(Exception exception);
}
