using System.CommandLine;
using Oci.Distribution.Artifacts;

namespace OciTool.CommandLine;

/// <summary>What <c>oci push</c> and <c>oci attach</c> have in common.</summary>
internal sealed class ArtifactOptions
{
    private readonly Argument<FileArgument[]> _files = new("FILE[:TYPE]")
    {
        Description = "files and directories, each with its media type where it has one; a directory becomes a tar.gz",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => CommonOptions.ParseAll(result, FileArgument.Parse),
    };

    private readonly Option<string?> _type = new("--artifact-type", "-t") { Description = "what the artifact is, such as application/vnd.example.report.v1", HelpName = "TYPE" };

    private readonly Option<KeyValuePair<string, string>[]> _annotations = new("--annotation", "-a")
    {
        Description = "an annotation of the manifest; may come several times",
        HelpName = "KEY=VALUE",
        CustomParser = result => CommonOptions.ParseAll(result, Pair.Parse),
    };

    private readonly Option<FileArgument?> _config = new("--config")
    {
        Description = "a file for the config, whose type tells what the artifact is where --artifact-type does not",
        HelpName = "FILE:TYPE",
        CustomParser = result => CommonOptions.Parse(result, FileArgument.Parse),
    };

    public ArtifactOptions()
    {
        _type.Validators.Add(result =>
        {
            if (result.Tokens is [var type] && !Oci.Image.MediaType.TryParse(type.Value, out _))
            {
                result.AddError($"'{type.Value}' is no media type: write TYPE/NAME, such as application/vnd.example.report.v1");
            }
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_files);
        command.Add(_type);
        command.Add(_annotations);
        command.Add(_config);
    }

    /// <summary>Whether the call says what the artifact is.</summary>
    public bool HasType(Invocation call) => call.Has(_type) || call.Has(_config);

    public IReadOnlyList<ArtifactFile> GetFiles(Invocation call) => [.. call.Get(_files).Select(file => file.ToFile())];

    public PackArtifactOptions ToOptions(Invocation call)
    {
        var options = new PackArtifactOptions { ArtifactType = call.Get(_type), Config = call.Get(_config)?.ToFile() };
        foreach ((string key, string value) in call.Get(_annotations) ?? [])
        {
            options.Annotations[key] = value;
        }
        return options;
    }
}
