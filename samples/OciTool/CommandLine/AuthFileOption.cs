using System.CommandLine;
using Oci.Distribution.Authentication;

namespace OciTool.CommandLine;

/// <summary><c>--authfile</c>: where logins are kept.</summary>
internal sealed class AuthFileOption : Option<CredentialStore>
{
    public AuthFileOption()
        : base("--authfile")
    {
        Description = "the file of logins (default: podman's own, or $REGISTRY_AUTH_FILE)";
        HelpName = "FILE";
        CustomParser = result => new CredentialStore(result.Tokens[^1].Value);
        DefaultValueFactory = _ => CredentialStore.CreateDefault();
    }
}
