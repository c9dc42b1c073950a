using System.CommandLine;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci tags</c>: the tags of a repository.</summary>
internal sealed class TagsCommand : ToolCommand
{
    private readonly Argument<ImageReference> _place = CommonOptions.Image(description: "a repository of a registry, a layout or an archive; a tag in it is passed over");

    public TagsCommand()
        : base("tags", "Lists the tags of a repository, a layout or an archive.")
    {
        Add(_place);
        Details = "A line each, sorted by their bytes. A repository that is not there has none.";
        Examples =
        [
            new("oci tags docker://debian", "all tags of docker.io/library/debian"),
            new("oci tags oci:images", "what a layout has"),
            new("oci tags docker://localhost:5000/app --json | jq -r .tags[]", "for scripts"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_place), cancellationToken);
        var tags = new List<string>();
        await foreach (string tag in source.Content.ListTagsAsync(cancellationToken))
        {
            tags.Add(tag);
        }
        call.Print(new TagsResult(source.Reference.Text, tags), OutputJson.Relaxed.TagsResult);
        return ExitCode.Done;
    }
}
