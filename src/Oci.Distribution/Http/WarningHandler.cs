using Microsoft.Extensions.Logging;

namespace Oci.Distribution.Http;

/// <summary>Tells the registry's warnings on, each once (distribution-spec, "Warnings"). Nothing is done because of them.</summary>
internal sealed class WarningHandler(HttpMessageHandler inner, Action<RegistryWarning>? onWarning, ILogger logger) : DelegatingHandler(inner)
{
    // What is remembered so as not to be told twice; a peer that says something new each time must not fill the memory.
    private const int MaxRemembered = 256;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Headers.NonValidated.TryGetValues("Warning", out System.Net.Http.Headers.HeaderStringValues values))
        {
            Uri uri = UriRules.WithoutSecrets(request.RequestUri!);
            foreach (string text in WarningHeader.Read(values))
            {
                if (IsNew(text))
                {
                    logger.Warned(uri, text);
                    onWarning?.Invoke(new RegistryWarning(text, uri));
                }
            }
        }
        return response;
    }

    private bool IsNew(string text)
    {
        lock (_told)
        {
            if (_told.Count == MaxRemembered)
            {
                _told.Clear();
            }
            return _told.Add(text);
        }
    }
}
