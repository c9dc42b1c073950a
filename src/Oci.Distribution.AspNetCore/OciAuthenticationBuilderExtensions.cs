using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Oci.Distribution.AspNetCore.Authentication;
using Oci.Distribution.AspNetCore.Tokens;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the ways to log in that registry clients know.</summary>
public static class OciAuthenticationBuilderExtensions
{
    /// <summary>Adds Basic authentication against an htpasswd file with bcrypt hashes, as the scheme <see cref="OciAuthenticationDefaults.HtpasswdScheme"/>.</summary>
    /// <param name="builder">What <c>AddAuthentication</c> gave.</param>
    /// <param name="configure">Sets the options; <see cref="HtpasswdOptions.File"/> at least.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <remarks>
    /// The registry then takes nobody who is not logged in, unless <c>OciRegistryOptions.Authorize</c> or
    /// <c>OciRegistryOptions.AuthorizationPolicy</c> says otherwise. The app fails to start with an <see cref="IOException"/>
    /// where the file cannot be read, and with an <see cref="InvalidDataException"/> where a hash is not one of bcrypt.
    /// </remarks>
    public static AuthenticationBuilder AddOciHtpasswd(this AuthenticationBuilder builder, Action<HtpasswdOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<HtpasswdVerifiers>();
        builder.Services.AddSingleton<RegistryLogin>();
        builder.Services.AddOptions<HtpasswdOptions>(OciAuthenticationDefaults.HtpasswdScheme).ValidateOnStart();
        return builder.AddScheme<HtpasswdOptions, HtpasswdHandler>(OciAuthenticationDefaults.HtpasswdScheme, configure);
    }

    /// <summary>
    /// Adds tokens that the app issues itself, as the scheme <see cref="OciAuthenticationDefaults.TokenScheme"/>; it becomes the
    /// default where the app names none. <c>MapOciTokens</c> puts the endpoint where clients get them.
    /// </summary>
    /// <param name="builder">What <c>AddAuthentication</c> gave.</param>
    /// <param name="configure">Sets the options, where the defaults do not serve.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <remarks>
    /// For small sites and tests: users log in by <see cref="RegistryTokenOptions.LoginScheme"/>, and a token permits what
    /// <c>OciRegistryOptions.Authorize</c> or <c>AuthorizationPolicy</c> said of the user when it was issued. The app fails to
    /// start where the key cannot be used.
    /// </remarks>
    public static AuthenticationBuilder AddOciTokens(this AuthenticationBuilder builder, Action<RegistryTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<HtpasswdVerifiers>();
        builder.Services.TryAddSingleton<TokenIssuer>();
        builder.Services.TryAddSingleton<TokenGrants>();
        builder.Services.TryAddSingleton<TokenEndpoint>();
        builder.Services.AddSingleton<RegistryLogin>();
        builder.Services.PostConfigure<AuthenticationOptions>(options => options.DefaultScheme ??= OciAuthenticationDefaults.TokenScheme);
        builder.Services.AddOptions<RegistryTokenOptions>(OciAuthenticationDefaults.TokenScheme).ValidateOnStart();
        return builder.AddScheme<RegistryTokenOptions, RegistryTokenHandler>(OciAuthenticationDefaults.TokenScheme, configure);
    }
}
