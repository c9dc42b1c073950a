using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Background;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>Removes upload sessions that nobody goes on with, while the app runs.</summary>
internal sealed partial class UploadSweeper(UploadSessions sessions, IOptions<OciRegistryOptions> options, TimeProvider time, ILogger<UploadSweeper> logger)
    : PeriodicService(time)
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(10);

    protected override TimeSpan? Period => options.Value.UploadExpiration < LongestPeriod ? options.Value.UploadExpiration : LongestPeriod;

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        int removed = await sessions.SweepAsync(cancellationToken).ConfigureAwait(false);
        if (removed > 0)
        {
            LogRemoved(removed);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} expired upload sessions.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(2, LogLevel.Warning, "Expired upload sessions cannot be removed.")]
    protected override partial void LogFailed(Exception exception);
}
