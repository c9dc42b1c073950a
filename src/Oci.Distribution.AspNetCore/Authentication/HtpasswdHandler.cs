using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Basic authentication against an htpasswd file, with challenges and errors as registry clients read them.</summary>
internal sealed class HtpasswdHandler(IOptionsMonitor<HtpasswdOptions> options, ILoggerFactory logger, UrlEncoder encoder, HtpasswdVerifiers verifiers)
    : AuthenticationHandler<HtpasswdOptions>(options, logger, encoder)
{
    private bool _isBusy;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        if (!BasicCredentials.IsBasic(header))
        {
            return AuthenticateResult.NoResult();
        }
        if (!BasicCredentials.TryParse(header, out BasicCredentials credentials))
        {
            return AuthenticateResult.Fail("The Authorization header is not well formed (RFC 7617).");
        }
        // skopeo, podman and buildah answer a challenge so where they have no password: that is nobody, not a wrong one.
        if (credentials.AreEmpty)
        {
            return AuthenticateResult.NoResult();
        }
        switch (await verifiers.Get(Scheme.Name).CheckAsync(credentials.User, credentials.Password, Context.RequestAborted).ConfigureAwait(false))
        {
            case (PasswordCheck.Right, { } entry):
                return AuthenticateResult.Success(new AuthenticationTicket(HtpasswdUser.Create(credentials.User, entry, Scheme.Name), Scheme.Name));
            case (PasswordCheck.Busy, _):
                _isBusy = true;
                return AuthenticateResult.Fail("Too many passwords wait to be checked.");
            default:
                return AuthenticateResult.Fail("The user name or password is wrong.");
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_isBusy)
        {
            Response.Headers.RetryAfter = "1";
            return new RegistryError(StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, "Too many log in at once. Try again.").WriteAsync(Context);
        }
        Response.Headers.Append("WWW-Authenticate", $"Basic realm=\"{Options.Realm}\", charset=\"UTF-8\"");
        return RegistryError.Unauthorized().WriteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => RegistryError.Denied().WriteAsync(Context);
}
