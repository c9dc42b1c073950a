using System.CommandLine;
using Oci.Distribution;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci catalog</c>: the repositories of a registry.</summary>
internal sealed class CatalogCommand : ToolCommand
{
    private readonly Argument<RegistryPlace> _registry = new("HOST")
    {
        Description = "the registry, such as localhost:5000, with or without docker:// before it",
        CustomParser = result => CommonOptions.Parse(result, RegistryPlace.ParseHost),
    };

    public CatalogCommand()
        : base("catalog", "Lists the repositories of a registry.")
    {
        Add(_registry);
        Details = "Not part of the distribution spec: Docker Hub and others refuse it, and some tell only what the user may see.";
        Examples =
        [
            new("oci catalog localhost:5000", "all repositories"),
            new("oci catalog localhost:5000 --json | jq -r .repositories[]", "for scripts"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        RegistryPlace place = call.Get(_registry);
        RegistryClient client = place.Open(call.Registries);
        var repositories = new List<string>();
        await foreach (string repository in client.ListRepositoriesAsync(cancellationToken: cancellationToken))
        {
            repositories.Add(repository);
        }
        call.Print(new CatalogResult(place.Host, repositories), OutputJson.Relaxed.CatalogResult);
        return ExitCode.Done;
    }
}
