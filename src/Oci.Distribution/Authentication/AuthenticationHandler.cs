using System.Net;
using System.Net.Http.Headers;
using Oci.Distribution.Http;

namespace Oci.Distribution.Authentication;

/// <summary>Sends credentials to the registry, and only there, and answers its challenges.</summary>
internal sealed class AuthenticationHandler(HttpMessageHandler inner, Uri registry, Authenticator authenticator) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!UriRules.IsSameOrigin(request.RequestUri!, registry))
        {
            request.Headers.Authorization = null;
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        AccessScope scope = RequestRules.GetScope(request);
        AuthenticationHeaderValue? sent = await authenticator.GetHeaderAsync(scope, cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = sent;
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !CanAnswer(request, response))
        {
            return response;
        }
        AuthenticationHeaderValue? answer;
        try
        {
            answer = await authenticator.AnswerAsync(ReadChallenges(response), scope, sent, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
        if (answer is null)
        {
            return response;
        }
        response.Dispose();
        request.Headers.Authorization = answer;
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // A 401 from where a redirect led is not the registry's, and no reason to show credentials.
    private bool CanAnswer(HttpRequestMessage request, HttpResponseMessage response) =>
        RequestRules.HasReplayableBody(request) && UriRules.IsSameOrigin((response.RequestMessage ?? request).RequestUri!, registry);

    private static List<Challenge> ReadChallenges(HttpResponseMessage response)
    {
        List<Challenge> result = [];
        if (response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values))
        {
            foreach (string value in values)
            {
                if (ChallengeParser.TryParse(value, out IReadOnlyList<Challenge>? challenges))
                {
                    result.AddRange(challenges);
                }
            }
        }
        return result;
    }
}
