using System.CommandLine;
using Oci.Image;
using Oci.Image.Changes;
using Oci.Image.Layers;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci ls</c>: the files of an image.</summary>
internal sealed class ListCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "only this file, or what is below this directory",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "/",
    };

    private readonly Option<int?> _layer = new("--layer") { Description = "the entries of one layer, whiteouts too; 0 is the lowest, -1 the topmost", HelpName = "N" };

    public ListCommand()
        : base("ls", "Lists the files of an image as a container sees them, or those of one layer.")
    {
        Add(_image);
        Add(_path);
        Add(_layer);
        Add(PlatformOption.ToRead());
        Details = "Nothing is unpacked: the layers are read and verified, and laid over each other in memory.";
        Examples =
        [
            new("oci ls oci:images:debian /etc/apt", "what is below a directory"),
            new("oci ls docker-archive:saved.tar --layer -1", "what the topmost layer adds and deletes"),
            new("oci ls oci:images:debian --json | jq -r '.files[] | select(.mode | startswith(\"04\")) | .path'", "all setuid programs"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_image), cancellationToken);
        Descriptor root = await source.ResolveAsync(cancellationToken);
        (Digest digest, IReadOnlyList<FileResult> files) = await call.Progress.RunAsync(async bars =>
        {
            OciImage image = await OciImage.OpenAsync(new ReportingContentSource(source.Content, bars), root, call.Platform, cancellationToken);
            return call.Get(_layer) is int number ? await ReadLayerAsync(image, number, cancellationToken) : await ReadTreeAsync(image, cancellationToken);
        });
        string path = (call.Get(_path) ?? "").Trim('/');
        List<FileResult> listed = [.. files.Where(file => path is "" or "." || file.Path == path || file.Path.StartsWith($"{path}/", StringComparison.Ordinal))];
        if (listed.Count == 0 && path.Length > 0)
        {
            throw new ToolException($"{source.Reference} has no /{path}.");
        }
        call.Print(new ListResult(source.Reference.Text, digest.ToString(), listed), OutputJson.Relaxed.ListResult);
        return ExitCode.Done;
    }

    private static async Task<(Digest, IReadOnlyList<FileResult>)> ReadTreeAsync(OciImage image, CancellationToken cancellationToken)
    {
        TreeSnapshot tree = await TreeSnapshot.FromImageAsync(image, cancellationToken: cancellationToken);
        return (image.Descriptor.Digest, [.. tree.ListEntries().Skip(1).Select(FileResult.Of)]);
    }

    private static async Task<(Digest, IReadOnlyList<FileResult>)> ReadLayerAsync(OciImage image, int number, CancellationToken cancellationToken)
    {
        int index = number < 0 ? image.Layers.Count + number : number;
        if (index < 0 || index >= image.Layers.Count)
        {
            throw new ToolException($"{image.Descriptor.Digest} has {image.Layers.Count} layers, numbered from 0: there is no layer {number}.");
        }
        ImageLayer layer = image.Layers[index];
        await using Stream blob = await image.Source.OpenAsync(layer.Descriptor, cancellationToken);
        await using var reader = new LayerReader(blob, layer.Descriptor, layer.DiffId, leaveOpen: true);
        List<FileResult> files = [];
        while (await reader.Tar.ReadAsync(cancellationToken))
        {
            files.Add(FileResult.Of(reader.Tar.Entry));
        }
        await reader.CompleteAsync(cancellationToken);
        return (layer.Descriptor.Digest, files);
    }
}
