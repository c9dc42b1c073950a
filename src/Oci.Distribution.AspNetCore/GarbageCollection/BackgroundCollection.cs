using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Background;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>Collects every <see cref="OciRegistryOptions.GarbageCollectionInterval"/>, while the app runs.</summary>
internal sealed partial class BackgroundCollection(RegistryGarbageCollector collector, IOptions<OciRegistryOptions> options, TimeProvider time, ILogger<BackgroundCollection> logger) : PeriodicService(time)
{
    protected override TimeSpan? Period => options.Value.GarbageCollectionInterval;

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => collector.CollectAsync(cancellationToken: cancellationToken);

    [LoggerMessage(1, LogLevel.Warning, "The registry's garbage cannot be collected.")]
    protected override partial void LogFailed(Exception exception);
}
