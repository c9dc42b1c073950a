using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Oci.Distribution.Http;

/// <summary>One activity for each call of the registry, with its retries, redirects and token requests inside.</summary>
internal sealed class TelemetryHandler(HttpMessageHandler inner, ILogger logger) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = UriRules.WithoutSecrets(request.RequestUri!);
        using Activity? activity = Start(request.Method, uri);
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            activity?.SetTag("http.response.status_code", status);
            if (status >= 400)
            {
                activity?.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
            }
            logger.Answered(request.Method, uri, status);
            return response;
        }
        catch (Exception e)
        {
            // The message may quote what a peer said; the type does not.
            activity?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
    }

    // OpenTelemetry's semantic conventions for HTTP client spans, 1.23 and later.
    private static Activity? Start(HttpMethod method, Uri uri)
    {
        if (!RegistryTelemetry.Source.HasListeners())
        {
            return null;
        }
        string template = UrlTemplate.Of(uri.AbsolutePath);
        Activity? activity = RegistryTelemetry.Source.StartActivity($"{method.Method} {template}", ActivityKind.Client);
        return activity?
            .SetTag("http.request.method", method.Method)
            .SetTag("server.address", uri.Host)
            .SetTag("server.port", uri.Port)
            .SetTag("url.full", uri.AbsoluteUri)
            .SetTag("url.template", template);
    }
}
