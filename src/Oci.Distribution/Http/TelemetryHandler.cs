using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Oci.Distribution.Http;

/// <summary>One activity for each call of the registry, with its retries, redirects and token requests inside.</summary>
internal sealed class TelemetryHandler(HttpMessageHandler inner, ILogger logger) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = UriRules.WithoutSecrets(request.RequestUri!);
        using Activity? activity = RegistryTelemetry.Source.StartActivity(request.Method.Method, ActivityKind.Client);
        activity?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", uri.Host).SetTag("server.port", uri.Port).SetTag("url.path", uri.AbsolutePath);
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
            logger.Answered(request.Method, uri, (int)response.StatusCode);
            return response;
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
    }
}
