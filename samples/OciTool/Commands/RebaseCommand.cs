using System.CommandLine;
using Oci.Image;
using Oci.Image.Building;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci rebase</c>: the image's own layers on another base.</summary>
internal sealed class RebaseCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();
    private readonly Option<ImageReference?> _oldBase = Base("--old-base", "what the image is based on (default: what its annotations say)");
    private readonly Option<ImageReference?> _newBase = Base("--new-base", "what it is to be based on (default: the base's name in its annotations, as it is now)");

    public RebaseCommand()
        : base("rebase", "Puts an image's own layers onto another base, such as a patched one, without building it again.")
    {
        Add(_image);
        Add(_oldBase);
        Add(_newBase);
        Add(PlatformOption.ToChange());
        Add(CommonOptions.To);
        Details = """
            The lowest layers of the image must be those of the old base. Nothing looks into the layers: that the program runs on
            the new base is yours to know. The annotations org.opencontainers.image.base.name and .digest are set.
            """;
        Examples =
        [
            new("oci rebase oci:images:app --old-base oci:images:debian --new-base oci:images:debian-patched", "move to a patched base"),
            new("oci rebase docker://localhost:5000/app:v1 --to docker://localhost:5000/app:v1-rebased", "to what the base's name in the annotations means by now"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageEdit edit = await ImageEdit.OpenAsync(call, call.Get(_image), cancellationToken);
        EditResult result = await edit.ApplyAsync(call, async (image, token) =>
        {
            BaseReference? known = ImageRebaser.FindBase(image);
            ImageReference newName = call.Get(_newBase) ?? FromAnnotations(known?.Name, digest: null) ?? throw Missing(image, "--new-base");
            ImageReference oldName = call.Get(_oldBase) ?? FromAnnotations(known?.Name, known?.Digest) ?? throw Missing(image, "--old-base");
            await using ImageSource oldSource = await call.OpenAsync(oldName, token);
            await using ImageSource newSource = await call.OpenAsync(newName, token);
            Descriptor newRoot = await newSource.ResolveAsync(token);
            OciImage oldBase = await oldSource.OpenImageAsync(image.Config.Platform, token);
            OciImage newBase = await OciImage.OpenAsync(newSource.Content, newRoot, image.Config.Platform, token);
            var options = new RebaseOptions
            {
                BaseName = newName.Transport == Transport.Registry ? newName.Remote.ToString() : null,
                BaseDigest = newRoot.Digest,
            };
            return await ImageRebaser.RebaseAsync(image, oldBase, newBase, edit.Store, options, token);
        }, cancellationToken);
        call.Print(result, OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }

    private static Option<ImageReference?> Base(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "REF",
        CustomParser = result => CommonOptions.Parse(result, ImageReference.Parse),
    };

    private static ImageReference? FromAnnotations(string? name, Digest? digest) =>
        name is null ? null : ImageReference.Parse(digest is null ? $"docker://{name}" : $"docker://{name}@{digest}");

    private static ToolException Missing(OciImage image, string option) =>
        new($"{image.Descriptor.Digest} has no annotation that names its base ({AnnotationKeys.BaseName}): say with {option} which it is.");
}
