using System.CommandLine;
using Oci.Image.Validation;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci validate</c>: an image or a whole layout against image-spec.</summary>
internal sealed class ValidateCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image("REF", "the image; oci:DIR without a tag means the whole layout");
    private readonly Option<bool> _strict = new("--strict") { Description = "warnings fail too" };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "show what is merely worth knowing as well" };

    public ValidateCommand()
        : base("validate", "Checks an image, an index or a whole layout against the image-spec, down to each file of each layer.")
    {
        Add(_image);
        Add(_strict);
        Add(_verbose);
        Details = "Exits 1 where there are errors. Each finding names its rule; --json has a link to the section of the spec.";
        Examples =
        [
            new("oci validate oci:images", "a layout with all that is in it"),
            new("oci validate docker://localhost:5000/app:v1", "an image of a registry, every platform of it"),
            new("oci validate --strict --json oci-archive:app.tar | jq '.findings[].rule'", "the rules that do not hold"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        ImageReference reference = call.Get(_image);
        ValidationReport report = await call.Progress.RunAsync(async bars =>
        {
            if (reference is { Transport: Transport.Layout, Tag: null, Digest: null })
            {
                return await LayoutValidator.ValidateAsync(reference.Path, progress: bars, cancellationToken: cancellationToken);
            }
            await using ImageSource source = await call.OpenAsync(reference, cancellationToken);
            return await ImageValidator.ValidateAsync(source.Content, await source.ResolveAsync(cancellationToken), progress: bars, cancellationToken: cancellationToken);
        });
        ValidationSeverity least = call.Get(_verbose) ? ValidationSeverity.Info : ValidationSeverity.Warning;
        call.Print(ValidationResult.Of(reference.Text, report, least), OutputJson.Relaxed.ValidationResult);
        return report.IsValid && !(call.Get(_strict) && report.WarningCount > 0) ? ExitCode.Done : ExitCode.Failed;
    }
}
