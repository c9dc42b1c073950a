using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Oci.Distribution.Http;

/// <summary>What this package tells OpenTelemetry, under the name <c>Oci.Distribution</c>.</summary>
internal static class RegistryTelemetry
{
    public const string Name = "Oci.Distribution";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Pulled = Meter.CreateCounter<long>("oci.registry.pulled", "By", "Bytes of blobs read from registries.");

    public static readonly Counter<long> Pushed = Meter.CreateCounter<long>("oci.registry.pushed", "By", "Bytes of blobs sent to registries.");

    public static readonly Counter<long> Retries = Meter.CreateCounter<long>("oci.registry.retries", "{retry}", "Requests sent again after a failure that may pass.");

    public static readonly Counter<long> Resumes = Meter.CreateCounter<long>("oci.registry.resumes", "{resume}", "Transfers of blobs resumed after a broken connection.");

    public static readonly Counter<long> Served = Meter.CreateCounter<long>("oci.registry.served", "{read}", "Reads that a mirror, or the registry behind its mirrors, served.");
}
