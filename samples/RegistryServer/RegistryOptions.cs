using System.CommandLine;
using System.CommandLine.Help;

namespace RegistryServer;

/// <summary>The command line.</summary>
internal sealed class RegistryOptions
{
    private readonly Option<string> _urls = new("--urls") { HelpName = "URL", Description = "Where to listen; port 0 for a free one, several with ';' between them.", DefaultValueFactory = _ => "http://127.0.0.1:5000" };
    private readonly Option<string> _data = new("--data") { HelpName = "DIR", Description = "The folder that holds the content; made where it is not there.", Required = true };
    private readonly Option<string?> _htpasswd = new("--htpasswd") { HelpName = "FILE", Description = "Let in only the users of this file, which 'htpasswd -B' writes. Read again when it changes." };
    private readonly Option<bool> _tokens = new("--tokens") { Description = "Let them log in by tokens of /token, as Docker Hub does, in the place of Basic." };
    private readonly Option<bool> _anonymousPull = new("--anonymous-pull") { Description = "Let everybody pull; only pushes and deletes need a login. Docker needs --tokens for it." };
    private readonly Option<string?> _proxy = new("--proxy") { HelpName = "URL", Description = "Be a pull-through cache of this registry. Credentials are those of 'docker login' or 'podman login'." };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Refuse pushes and deletes." };
    private readonly Option<bool> _noDelete = new("--no-delete") { Description = "Refuse deletes." };
    private readonly Option<int?> _collect = new("--collect") { HelpName = "HOURS", Description = "Free what no repository needs every so many hours. Content is left alone for an hour after its push." };
    private readonly Option<bool> _collectUntagged = new("--collect-untagged") { Description = "Remove manifests that no tag leads to with it." };
    private readonly Option<string?> _certificate = new("--cert") { HelpName = "FILE", Description = "The certificate of https URLs, with its chain, in PEM." };
    private readonly Option<string?> _key = new("--key") { HelpName = "FILE", Description = "The certificate's private key in PEM." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log every request: action, repository, status, bytes, time. Never credentials." };

    public RootCommand CreateCommand()
    {
        var command = new RootCommand("An OCI registry: docker, podman, buildah, skopeo and all clients of distribution-spec push to it and pull from it.")
        {
            _urls, _data, _htpasswd, _tokens, _anonymousPull, _proxy, _readOnly, _noDelete, _collect, _collectUntagged, _certificate, _key, _verbose,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(_tokens) || result.GetValue(_anonymousPull)) && result.GetValue(_htpasswd) is null)
            {
                result.AddError("--tokens and --anonymous-pull need --htpasswd FILE: nobody could log in.");
            }
            if (result.GetValue(_collect) is < 1 or > 1000 || result.GetValue(_collectUntagged) && result.GetValue(_collect) is null)
            {
                result.AddError("--collect needs a number of hours from 1 to 1000, and --collect-untagged needs --collect.");
            }
            if (result.GetValue(_key) is not null != result.GetValue(_certificate) is not null)
            {
                result.AddError("--cert and --key go together.");
            }
            if (result.GetValue(_proxy) is { } proxy && (!Uri.TryCreate(proxy, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")))
            {
                result.AddError("--proxy needs the URL of a registry, such as https://registry-1.docker.io.");
            }
        });
        HelpOption help = command.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return command;
    }

    public Settings Read(ParseResult parsed) => new()
    {
        Urls = parsed.GetRequiredValue(_urls),
        Data = parsed.GetRequiredValue(_data),
        Htpasswd = parsed.GetValue(_htpasswd),
        Tokens = parsed.GetValue(_tokens),
        AnonymousPull = parsed.GetValue(_anonymousPull),
        Proxy = parsed.GetValue(_proxy) is { } proxy ? new Uri(proxy) : null,
        ReadOnly = parsed.GetValue(_readOnly),
        NoDelete = parsed.GetValue(_noDelete),
        CollectEvery = parsed.GetValue(_collect) is { } hours ? TimeSpan.FromHours((double)hours) : null,
        CollectUntagged = parsed.GetValue(_collectUntagged),
        Verbose = parsed.GetValue(_verbose),
        Certificate = parsed.GetValue(_certificate),
        Key = parsed.GetValue(_key),
    };
}
