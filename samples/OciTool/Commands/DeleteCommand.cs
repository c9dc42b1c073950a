using System.CommandLine;
using Oci.Distribution;
using Oci.Image;
using Oci.Image.Layouts;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci delete</c>: an image of a registry, or a tag.</summary>
internal sealed class DeleteCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image(description: "what to delete: an image of a registry or layout, by tag or digest, which must be given");
    private readonly Option<bool> _tagOnly = new("--tag-only") { Description = "in a registry delete the tag and leave the image, which many registries refuse" };

    public DeleteCommand()
        : base("delete", "Deletes an image of a registry, or a tag.")
    {
        Add(_image);
        Add(_tagOnly);
        Details = """
            In a registry the manifest goes, by its digest, with all tags that stand for it; blobs go when the registry collects
            its garbage. In a layout the tag goes, and with a digest all tags that stand for it; 'oci gc' removes the blobs.
            """;
        Examples =
        [
            new("oci delete docker://localhost:5000/app:v1", "an image with all its tags"),
            new("oci delete --tag-only docker://localhost:5000/app:old", "one tag of several"),
            new("oci delete oci:images:v1", "a tag of a layout"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        ImageReference image = call.Get(_image);
        if (image.Position is not null || (image.Tag is null && image.Digest is null))
        {
            throw new UsageException($"'{image}' names no tag and no digest, and nothing is deleted by default. See 'oci delete --help'.");
        }
        if (call.Get(_tagOnly) && image.Tag is null)
        {
            throw new UsageException($"--tag-only deletes a tag, and '{image}' has none. See 'oci delete --help'.");
        }
        DeletedResult result = image.Transport switch
        {
            Transport.Registry => await DeleteAsync(call.Registries.Open(image.Remote), image, call.Get(_tagOnly), cancellationToken),
            Transport.Layout => await DeleteAsync(await ImageSource.OpenLayoutAsync(image.Path, cancellationToken), image, cancellationToken),
            _ => throw new ToolException($"{image} is an archive, which is only ever written as a whole. Copy what should stay into another one."),
        };
        call.Print(result, OutputJson.Relaxed.DeletedResult);
        return ExitCode.Done;
    }

    private static async Task<DeletedResult> DeleteAsync(Repository repository, ImageReference image, bool tagOnly, CancellationToken cancellationToken)
    {
        if (tagOnly)
        {
            return await repository.Tags.DeleteAsync(image.Tag!, cancellationToken) ? new DeletedResult(image.Text, null, [image.Tag!]) : throw NotThere(image);
        }
        Digest digest = image.Digest ?? (await repository.Manifests.ResolveAsync(image.Tag!, cancellationToken))?.Digest ?? throw NotThere(image);
        return await repository.Manifests.DeleteAsync(digest, cancellationToken) ? new DeletedResult(image.Text, digest.ToString(), null) : throw NotThere(image);
    }

    private static async Task<DeletedResult> DeleteAsync(OciLayout layout, ImageReference image, CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        await foreach (string tag in layout.ListTagsAsync(cancellationToken))
        {
            if (image.Digest is Digest digest ? (await layout.ResolveAsync(tag, cancellationToken))?.Digest == digest : tag == image.Tag)
            {
                tags.Add(tag);
            }
        }
        foreach (string tag in tags)
        {
            await layout.UntagAsync(tag, cancellationToken);
        }
        return tags.Count > 0 ? new DeletedResult(image.Text, null, tags) : throw NotThere(image);
    }

    private static ToolException NotThere(ImageReference image) => new($"{image} is not there: nothing was deleted. 'oci tags' lists what is.");
}
