using System.Diagnostics;
using System.Diagnostics.Metrics;
using Oci.Distribution.AspNetCore.Uploads;

namespace Oci.Distribution.AspNetCore.Diagnostics;

/// <summary>The registry's own metrics, beside those of ASP.NET Core and Kestrel.</summary>
internal sealed class RegistryMetrics
{
    public const string MeterName = "Oci.Distribution.AspNetCore";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _collected;

    public RegistryMetrics(IMeterFactory factory, UploadSessions sessions)
    {
        Meter meter = factory.Create(MeterName);
        _requests = meter.CreateCounter<long>("oci.registry.requests", "{request}", "Requests, by action and status.");
        _received = meter.CreateCounter<long>("oci.registry.received", "By", "Bytes of blobs and manifests that clients pushed.");
        _sent = meter.CreateCounter<long>("oci.registry.sent", "By", "Bytes of blobs and documents that clients were sent whole.");
        _collected = meter.CreateCounter<long>("oci.registry.collected", "By", "Bytes of content that garbage collection removed.");
        meter.CreateObservableUpDownCounter("oci.registry.upload_sessions", () => sessions.Count, "{session}", "Upload sessions that are open.");
    }

    public bool AreOn => _requests.Enabled || _received.Enabled || _sent.Enabled;

    public void AddCollected(long bytes) => _collected.Add(bytes);

    public void AddRequest(RegistryRequestRecord record, int statusCode, long sent)
    {
        // No repository: anybody could make up names, and each would be a series of its own.
        var tags = new TagList { { "oci.action", record.ActionName }, { "http.response.status_code", statusCode } };
        _requests.Add(1, tags);
        var action = new KeyValuePair<string, object?>("oci.action", record.ActionName);
        if (record.Received > 0)
        {
            _received.Add(record.Received, action);
        }
        if (sent > 0)
        {
            _sent.Add(sent, action);
        }
    }
}
