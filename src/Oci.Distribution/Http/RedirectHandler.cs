using System.Net;

namespace Oci.Distribution.Http;

/// <summary>Follows redirects by hand: no credentials to another origin, no way down to http, no more than a few.</summary>
internal sealed class RedirectHandler(HttpMessageHandler inner, bool allowHttp) : DelegatingHandler(inner)
{
    /// <summary>The most redirects of one request; the limit that Go's client and so all peers have.</summary>
    public const int MaxRedirects = 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        for (int count = 0; IsRedirect(response.StatusCode) && response.Headers.Location is Uri location; count++)
        {
            HttpRequestMessage? next;
            using (response)
            {
                Uri from = (response.RequestMessage ?? request).RequestUri!;
                if (count == MaxRedirects)
                {
                    throw new RegistryException($"It was redirected more than {MaxRedirects} times.", request.Method, from, "The registry or its storage is set up wrongly.");
                }
                next = Follow(response.RequestMessage ?? request, response.StatusCode, from, location);
            }
            response = await base.SendAsync(next, cancellationToken).ConfigureAwait(false);
        }
        return response;
    }

    private HttpRequestMessage Follow(HttpRequestMessage request, HttpStatusCode status, Uri from, Uri location)
    {
        Uri to = UriRules.Resolve(from, location.OriginalString)
            ?? throw new RegistryException("It was redirected to an address that is neither http nor https, or that holds a user name; that is refused.", request.Method, from);
        if (UriRules.IsHttp(to) && !UriRules.IsHttp(from) && !allowHttp)
        {
            throw new RegistryException($"It was redirected from https to http://{to.Authority}; that is refused.", request.Method, from, "Set RegistryClientOptions.AllowHttpRedirects to allow it.");
        }
        HttpMethod method = status == HttpStatusCode.SeeOther && request.Method != HttpMethod.Head ? HttpMethod.Get : request.Method;
        bool keepsBody = status is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (method != HttpMethod.Get && method != HttpMethod.Head && (!keepsBody || !RequestRules.HasReplayableBody(request)))
        {
            throw new RegistryException($"It was redirected ({(int)status}) to {to.Authority}, and its body cannot be sent there a second time.", request.Method, from, "Use the address that the registry redirects to.");
        }
        bool sameOrigin = UriRules.IsSameOrigin(from, to);
        if (keepsBody && !sameOrigin && request.Content is FormUrlEncodedContent)
        {
            // A form asks for a token, and holds the login itself.
            throw new RegistryException($"{from.Authority} redirects ({(int)status}) a login to {to.Scheme}://{to.Authority}, which is another origin; that is refused.", request.Method, from, "The token service must take the login where the registry's challenge names it.");
        }
        var next = new HttpRequestMessage(method, to) { Version = request.Version, VersionPolicy = request.VersionPolicy, Content = keepsBody ? request.Content : null };
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in request.Headers.NonValidated)
        {
            if (sameOrigin || !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }
        }
        return next;
    }

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
