using System.CommandLine;
using Oci.Distribution.Authentication;
using OciTool.CommandLine;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci logout</c>: forgets logins.</summary>
internal sealed class LogoutCommand : ToolCommand
{
    private readonly Argument<string?> _registry = new("HOST") { Description = "the registry, as it was given to 'oci login'", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null };
    private readonly Option<bool> _all = new("--all", "-a") { Description = "forget all logins of the file" };
    private readonly AuthFileOption _store = new();

    public LogoutCommand()
        : base("logout", "Forgets the login for a registry.")
    {
        Add(_registry);
        Add(_all);
        Add(_store);
        Details = "A login in a credential helper that the file names is forgotten there too.";
        Examples = [new("oci logout docker.io", "forget one"), new("oci logout --all", "forget all")];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        CredentialStore store = call.Get(_store)!;
        string? registry = call.Get(_registry);
        if (registry is null == !call.Get(_all))
        {
            throw new UsageException($"Give either HOST or --all. See '{CommandPath.Of(this)} --help'.");
        }
        IReadOnlyList<string> erased = registry is null ? await store.EraseAllAsync(cancellationToken)
            : await store.EraseAsync(registry, cancellationToken) ? [registry]
            : throw new ToolException($"{store.Path} has no login for {registry}. 'oci logout --all' forgets those that it has; --authfile names another file.");
        if (registry is not null && !call.Has(_store) && await AuthFileCredentialSource.CreateDefault().GetAsync(registry, null, cancellationToken) is RegistryCredential left)
        {
            call.Note($"{left.Origin} has a login for {registry} too, which still holds.");
        }
        call.Print(new LogoutResult(erased, store.Path), OutputJson.Relaxed.LogoutResult);
        return ExitCode.Done;
    }
}
