using System.CommandLine;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci login</c>: a user name and password for a registry, kept where podman and skopeo find them.</summary>
internal sealed class LoginCommand : ToolCommand
{
    private const int MaxPasswordLength = 64 * 1024;

    private readonly Argument<string> _registry = new("HOST") { Description = "the registry: HOST[:PORT], or HOST[:PORT]/NAME for a part of it" };
    private readonly Option<string?> _username = new("--username", "-u") { Description = "the user (default: asked for)", HelpName = "USER" };
    private readonly Option<bool> _passwordStdin = new("--password-stdin") { Description = "read the password from standard input" };
    private readonly AuthFileOption _store = new();

    public LoginCommand()
        : base("login", "Checks a user name and password with a registry, and keeps them.")
    {
        Add(_registry);
        Add(_username);
        Add(_passwordStdin);
        Add(_store);
        Details = """
            podman, skopeo and buildah find the login too, and docker where FILE is its config.json. Where the file names a
            credential helper, that keeps it. Otherwise it is in the file in clear text, which only its owner may read.
            """;
        Examples =
        [
            new("oci login docker.io -u me", "asks for the password"),
            new("oci login registry.example:5000 -u ci --password-stdin < token", "from a script"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        string registry = call.Get(_registry);
        if (!Reference.TryParse(registry.Contains('/') ? registry : $"{registry}/login", out Reference reference) || reference.Tag is not null || reference.Digest != default)
        {
            throw new UsageException($"'{registry}' is not a registry: write HOST[:PORT], without docker:// and https://. See '{CommandPath.Of(this)} --help'.");
        }
        bool fromInput = call.Get(_passwordStdin);
        string username = call.Get(_username) ?? (fromInput || !Terminal.IsThere ? throw new UsageException("Nobody can be asked for the user name. Give it with --username.") : Terminal.Ask("User name: "));
        string password = fromInput ? await ReadPasswordAsync(cancellationToken)
            : Terminal.IsThere ? Terminal.AskSecret($"Password of {username}: ")
            : throw new UsageException("Nobody can be asked for the password. Give it with --password-stdin.");
        if (username.Length == 0 || username.Contains(':') || password.Length == 0)
        {
            throw new ToolException("The user name must not be empty or hold a colon, and the password must not be empty.");
        }
        RegistryCredential credential = RegistryCredential.FromPassword(username, password);
        var check = new LoginCheck(credential);
        using (Registries registries = call.CreateRegistries(check))
        {
            await registries.Open(reference).Client.PingAsync(cancellationToken);
        }
        if (!check.IsUsed)
        {
            call.Note($"{registry} lets anybody in: the login could not be checked.");
        }
        CredentialStore store = call.Get(_store)!;
        await store.StoreAsync(registry, credential, cancellationToken);
        call.Print(new LoginResult(registry, username, store.Path, check.IsUsed), OutputJson.Relaxed.LoginResult);
        return ExitCode.Done;
    }

    private static async Task<string> ReadPasswordAsync(CancellationToken cancellationToken)
    {
        var buffer = new char[MaxPasswordLength + 1];
        int length = await Console.In.ReadBlockAsync(buffer, cancellationToken);
        return length <= MaxPasswordLength ? new string(buffer, 0, length).TrimEnd('\r', '\n') : throw new ToolException("Standard input is too long for a password.");
    }
}
