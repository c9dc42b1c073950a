using Oci.Benchmarks.SideBySide;
using Oci.Image.Layers;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A tree that comparisons run on, as a folder, as a tar archive and as a gzip layer; each is made when it is asked for first.</summary>
/// <param name="name">For the report's name, such as <c>Debian</c>.</param>
/// <param name="description">What it is.</param>
/// <param name="folder">Where it and what is made of it lie.</param>
/// <param name="makeAsync">Makes the tree under the path given.</param>
internal sealed class RealTree(string name, string description, WorkFolder folder, Func<string, Task> makeAsync)
{
    private string? _directory;
    private string? _archive;
    private (string Blob, LayerDigests Digests)? _layer;

    public string Name => name;

    public string Description => description;

    /// <summary>The work folder, for what the contestants make.</summary>
    public WorkFolder Folder => folder;

    public async Task<string> GetDirectoryAsync()
    {
        if (_directory is null)
        {
            await makeAsync(folder[name]);
            _directory = folder[name];
        }
        return _directory;
    }

    /// <summary>The tree as GNU tar packs it.</summary>
    public async Task<string> GetArchiveAsync()
    {
        if (_archive is null)
        {
            await Tool.RunAsync("tar", "-C", await GetDirectoryAsync(), "-cf", folder[name + ".tar"], ".");
            _archive = folder[name + ".tar"];
        }
        return _archive;
    }

    /// <summary>The archive as pigz compresses it, which is as gzip does, in less time.</summary>
    public async Task<(string Blob, LayerDigests Digests)> GetLayerAsync()
    {
        if (_layer is null)
        {
            string archive = await GetArchiveAsync();
            await Tool.RunAsync("pigz", "-6", "-k", "-n", archive);
            _layer = (archive + ".gz", await LayerDigestsOf.FileAsync(archive + ".gz"));
        }
        return _layer.Value;
    }
}
