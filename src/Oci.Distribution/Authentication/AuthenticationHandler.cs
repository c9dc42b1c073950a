using System.Net;
using System.Net.Http.Headers;
using Oci.Distribution.Http;
using Oci.Distribution.Uploads;

namespace Oci.Distribution.Authentication;

/// <summary>Sends credentials to the registry, and only there, and answers its challenges.</summary>
internal sealed class AuthenticationHandler(HttpMessageHandler inner, Uri registry, Authenticator authenticator) : DelegatingHandler(inner)
{
    // The first for whoever it is, a second for what the registry wants beside.
    private const int MaxAnswers = 2;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!UriRules.IsSameOrigin(request.RequestUri!, registry))
        {
            request.Headers.Authorization = null;
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        AccessScope scope = RequestRules.GetScope(request);
        request.Headers.Authorization = await authenticator.GetHeaderAsync(scope, cancellationToken).ConfigureAwait(false);
        for (int answers = 0; ; answers++)
        {
            RequestRules.SetCredential(request, authenticator.LastCredential);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Unauthorized || !IsOfRegistry(request, response))
            {
                return response;
            }
            List<Challenge> challenges = ReadChallenges(response);
            if (answers > 0 && (answers == MaxAnswers || !challenges.Exists(WantsMore)))
            {
                return response;
            }
            AuthenticationHeaderValue? answer;
            try
            {
                answer = await authenticator.AnswerAsync(challenges, scope, request.Headers.Authorization, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                response.Dispose();
                throw;
            }
            RequestRules.SetCredential(request, authenticator.LastCredential);
            if (answer is null)
            {
                return response;
            }
            if (!CanSendAgain(request))
            {
                // The next request has the new token: the uploader asks where it stands, and goes on.
                RequestRules.SetRenewed(request);
                return response;
            }
            response.Dispose();
            request.Headers.Authorization = answer;
        }
    }

    // RFC 6750, section 3.1: the token is good, and not for this.
    private static bool WantsMore(Challenge challenge) => challenge.Is("Bearer") && challenge["error"] == "insufficient_scope";

    // A 401 from where a redirect led is not the registry's, and no reason to show credentials.
    private bool IsOfRegistry(HttpRequestMessage request, HttpResponseMessage response) =>
        UriRules.IsSameOrigin((response.RequestMessage ?? request).RequestUri!, registry);

    // With Expect: 100-continue a streamed body is not begun before the head is taken.
    private static bool CanSendAgain(HttpRequestMessage request) =>
        RequestRules.HasReplayableBody(request) || request.Content is UploadContent { IsStarted: false };

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
