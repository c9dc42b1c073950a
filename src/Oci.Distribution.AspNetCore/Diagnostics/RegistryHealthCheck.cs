using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Uploads;

namespace Oci.Distribution.AspNetCore.Diagnostics;

/// <summary>Whether the store takes and gives back what is written, and has room for more.</summary>
internal sealed class RegistryHealthCheck(IObjectStore store, IOptions<OciRegistryOptions> options, long minFreeSpace) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        byte[] content = Guid.NewGuid().ToByteArray();
        string key = StorageKeys.Staged(UploadId.Create());
        try
        {
            await store.WriteAsync(key, content, durable: true, cancellationToken).ConfigureAwait(false);
            byte[]? read = await store.ReadAsync(key, content.Length, cancellationToken).ConfigureAwait(false);
            await store.DeleteAsync(key, durable: false, cancellationToken).ConfigureAwait(false);
            if (read is null || !read.AsSpan().SequenceEqual(content))
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "The registry's store does not give back what was written.");
            }
            return CheckSpace();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"The registry's store cannot be written: {e.Message}", e);
        }
    }

    private HealthCheckResult CheckSpace()
    {
        if (options.Value.RootDirectory is not { } root)
        {
            return HealthCheckResult.Healthy("The store is in memory.");
        }
        long free = new DriveInfo(Path.GetFullPath(root)).AvailableFreeSpace;
        string text = string.Create(CultureInfo.InvariantCulture, $"{free / (1024 * 1024)} MiB are free for the registry's content.");
        var data = new Dictionary<string, object> { ["freeSpace"] = free };
        return free < minFreeSpace ? HealthCheckResult.Degraded(text, data: data) : HealthCheckResult.Healthy(text, data);
    }
}
