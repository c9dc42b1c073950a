using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Oci.Distribution.AspNetCore.Diagnostics;

/// <summary>Tells of each request to who listens: the log, metrics, and the trace that ASP.NET Core began.</summary>
internal sealed partial class RegistryDiagnostics(RegistryMetrics metrics, TimeProvider time, ILogger<RegistryDiagnostics> logger)
{
    /// <summary>Begins to watch a request; <see langword="null"/> where nobody listens.</summary>
    public RegistryRequestRecord? Begin(HttpContext context)
    {
        if (!logger.IsEnabled(LogLevel.Information) && !metrics.AreOn && FindTrace() is null)
        {
            return null;
        }
        var record = new RegistryRequestRecord(time.GetTimestamp());
        context.Features.Set(record);
        return record;
    }

    /// <summary>Tells of a request that has ended.</summary>
    public void End(HttpContext context, RegistryRequestRecord record, bool hasFailed)
    {
        int status = hasFailed && !context.Response.HasStarted ? StatusCodes.Status500InternalServerError : context.Response.StatusCode;
        bool isWhole = !hasFailed && !context.RequestAborted.IsCancellationRequested && !HttpMethods.IsHead(context.Request.Method);
        long sent = isWhole ? context.Response.ContentLength ?? 0 : 0;
        metrics.AddRequest(record, status, sent);
        if (FindTrace() is { } activity)
        {
            activity.SetTag("oci.action", record.ActionName);
            activity.SetTag("oci.repository", record.Repository);
        }
        if (logger.IsEnabled(LogLevel.Information))
        {
            double milliseconds = time.GetElapsedTime(record.Started).TotalMilliseconds;
            LogRequest(context.Request.Method, record.ActionName, record.Repository ?? "-", status, record.Received, sent, milliseconds);
        }
    }

    // There is an activity for each request; only somebody who listens makes it worth a tag.
    private static Activity? FindTrace() =>
        Activity.Current is { IsAllDataRequested: true } activity && activity.Source.HasListeners() ? activity : null;

    // Neither the query nor a header nor the user: passwords and tokens stand there, and names of people.
    [LoggerMessage(30, LogLevel.Information, "{Method} ({Action}) on {Repository}: {StatusCode}, {Received} bytes received, {Sent} bytes sent, {Milliseconds:0.0} ms")]
    private partial void LogRequest(string method, string action, string repository, int statusCode, long received, long sent, double milliseconds);
}
