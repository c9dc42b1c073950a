using System.CommandLine;
using Oci.Image.Building;
using Oci.Image.Configuration;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci config</c>: how containers of an image are run.</summary>
internal sealed class ConfigCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();
    private readonly ConfigOptions _options = new();

    public ConfigCommand()
        : base("config", "Changes how containers of an image are run: command, environment, user, labels.")
    {
        Add(_image);
        foreach (Option option in _options.All)
        {
            Add(option);
        }
        Add(PlatformOption.ToChange());
        Add(CommonOptions.To);
        Details = """
            --env, --label, --annotation, --port and --volume may be given several times and add to what is there; NAME= of
            --label or --annotation without a value takes it away. --entrypoint and --cmd replace what is there: give each word
            with an option of its own, or all as a JSON array. With SOURCE_DATE_EPOCH set the image is made at that time.
            """;
        Examples =
        [
            new("oci config oci:images:app --env PORT=8080 --port 8080/tcp --user 1000", "change an image"),
            new("oci config oci:images:app --entrypoint '[\"/bin/app\", \"--serve\"]' --clear cmd --to oci:images:app2", "write it under another tag"),
            new("oci config docker://localhost:5000/app:v1 --label stage=test", "change an image in a registry"),
        ];
        Validators.Add(result =>
        {
            if (!_options.All.Any(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError("nothing to change: give at least one of the options, such as --env NAME=VALUE");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageEdit edit = await ImageEdit.OpenAsync(call, call.Get(_image), cancellationToken);
        DateTimeOffset now = call.Now;
        EditResult result = await edit.ApplyAsync(call, (image, token) =>
        {
            ImageBuilder builder = ImageBuilder.Edit(image);
            builder.Created = now;
            _options.ApplyTo(builder, call);
            builder.AddHistory(new History { CreatedBy = call.CommandText, Created = now });
            return builder.BuildAsync(edit.Store, token);
        }, cancellationToken);
        call.Print(result, OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
