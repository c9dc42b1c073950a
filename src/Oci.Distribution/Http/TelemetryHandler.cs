using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Oci.Distribution.Http;

/// <summary>One activity for each call of the registry, with its retries, redirects and token requests inside; and warnings told on.</summary>
internal sealed class TelemetryHandler(HttpMessageHandler inner, RegistryClientOptions options, ILogger logger) : DelegatingHandler(inner)
{
    // The spec asks registries for at most 4096 characters of warnings in an answer.
    private const int MaxWarningLength = 4096;
    private const int MaxWarnings = 32;

    private readonly Action<RegistryWarning>? _onWarning = options.OnWarning;

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
            ReportWarnings(response, uri);
            return response;
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
    }

    private void ReportWarnings(HttpResponseMessage response, Uri uri)
    {
        if (!response.Headers.NonValidated.TryGetValues("Warning", out System.Net.Http.Headers.HeaderStringValues values))
        {
            return;
        }
        foreach (string value in values.Take(MaxWarnings))
        {
            if (TryParse(value, out string text))
            {
                logger.Warned(uri, text);
                _onWarning?.Invoke(new RegistryWarning(text, uri));
            }
        }
    }

    /// <summary><c>299 - "TEXT"</c>, the one form that distribution-spec knows; others must be ignored.</summary>
    internal static bool TryParse(string value, out string text)
    {
        const string prefix = "299 - \"";
        text = "";
        if (value.Length > MaxWarningLength || !value.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }
        var result = new StringBuilder();
        for (int i = prefix.Length; i < value.Length; i++)
        {
            if (value[i] == '"')
            {
                text = result.ToString();
                return i == value.Length - 1;
            }
            if (value[i] == '\\' && ++i == value.Length)
            {
                return false;
            }
            // Control characters would let a registry write lines of its own into a log.
            result.Append(char.IsControl(value[i]) ? ' ' : value[i]);
        }
        return false;
    }
}
