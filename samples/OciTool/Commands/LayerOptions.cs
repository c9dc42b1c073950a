using System.CommandLine;
using System.Globalization;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using OciTool.CommandLine;

namespace OciTool.Commands;

/// <summary>The options that say what layers are made of, and how.</summary>
internal sealed class LayerOptions
{
    private readonly Option<string[]> _layer = new("--layer") { Description = "a directory or tar file to add", HelpName = "DIR|TAR", Required = true };
    private readonly Option<string?> _path = new("--path") { Description = "where in the image the content of directories goes (default: /)", HelpName = "PATH" };
    private readonly Option<FileOwner?> _owner = new("--owner")
    {
        Description = "who owns the files of directories (default: as they are for root, else 0:0)",
        HelpName = "UID[:GID]",
        CustomParser = result => CommonOptions.Parse(result, ParseOwner),
    };
    private readonly CompressionOption _compression = new();

    public LayerOptions() => All = [_layer, _path, _owner, _compression];

    public IReadOnlyList<Option> All { get; }

    public async Task<IReadOnlyList<LayerDigests>> BuildAsync(Invocation call, IContentStore store, CancellationToken cancellationToken)
    {
        var options = new LayerBuilderOptions
        {
            Codec = _compression.ToCodec(call),
            KeepCompression = !call.Has(_compression),
            // What the base has on the way, such as a link for /bin, stays; what it lacks is made by whoever unpacks.
            AddParents = false,
            TargetPath = (call.Get(_path) ?? "").Trim('/'),
            Pack = new PackOptions
            {
                Owner = call.Get(_owner) ?? (Environment.IsPrivilegedProcess ? null : new FileOwner(0, 0)),
                LatestTime = SourceDateEpoch.FromEnvironment(),
            },
        };
        List<LayerDigests> layers = [];
        foreach (string path in call.Get(_layer)!)
        {
            if (Directory.Exists(path))
            {
                layers.Add(await LayerBuilder.FromDirectoryAsync(store, path, options, cancellationToken));
                continue;
            }
            if (!File.Exists(path))
            {
                throw new ToolException($"{path} is neither a directory nor a file. Check --layer.");
            }
            await using var archive = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            layers.Add(await LayerBuilder.FromTarAsync(store, archive, options, cancellationToken));
        }
        return layers;
    }

    private static FileOwner? ParseOwner(string text)
    {
        string[] parts = text.Split(':');
        uint uid = 0, gid = 0;
        bool isOwner = parts.Length is 1 or 2
            && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uid)
            && uint.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out gid);
        return isOwner ? new FileOwner(uid, gid) : throw new FormatException($"'{text}' is no owner: write numbers, UID or UID:GID");
    }
}
