using System.Security.Cryptography;

namespace Oci.Distribution.Artifacts;

/// <summary>A directory of any system, known by its path: each directory of a title is looked at before it is entered.</summary>
/// <remarks>Who may change the directory meanwhile could exchange one for a link; on Linux handles keep that out.</remarks>
internal sealed class PortableTarget : IArtifactTarget
{
    private readonly string _root;

    private PortableTarget(string root, string staging)
    {
        _root = root;
        Staging = staging;
    }

    public string Staging { get; }

    public static PortableTarget Open(string directory)
    {
        string staging = Path.Combine(directory, ".oci-pull-" + RandomNumberGenerator.GetHexString(32, lowercase: true));
        Directory.CreateDirectory(directory);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(staging);
        }
        else
        {
            Directory.CreateDirectory(staging, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return new PortableTarget(directory, staging);
    }

    public void Check(ArtifactTitle title, bool isDirectory, bool overwrite)
    {
        string path = FindParent(title, make: false) is string parent ? Path.Combine(parent, title.Parts[^1]) : "";
        if (path.Length > 0 && IsThere(path) && (!overwrite || isDirectory != IsDirectory(path)))
        {
            throw TargetRules.Exists(title, overwrite);
        }
    }

    public bool HasDirectory(ArtifactTitle title) =>
        FindParent(title, make: false) is string parent && IsDirectory(Path.Combine(parent, title.Parts[^1]));

    public void Place(string staged, ArtifactTitle title, bool overwrite)
    {
        string source = Path.Combine(Staging, staged);
        string path = Path.Combine(FindParent(title, make: true)!, title.Parts[^1]);
        bool isDirectory = IsDirectory(source);
        if (IsThere(path) && (!overwrite || isDirectory || IsDirectory(path)))
        {
            throw TargetRules.Exists(title, overwrite);
        }
        if (isDirectory)
        {
            Directory.Move(source, path);
        }
        else
        {
            File.Move(source, path, overwrite);
        }
    }

    public void Dispose() => Directory.Delete(Staging, recursive: true);

    private string? FindParent(ArtifactTitle title, bool make)
    {
        string at = _root;
        foreach (string part in title.Parts.SkipLast(1))
        {
            at = Path.Combine(at, part);
            if (!IsThere(at))
            {
                if (!make)
                {
                    return null;
                }
                Directory.CreateDirectory(at);
            }
            if (!IsDirectory(at))
            {
                throw TargetRules.InTheWay(title, part);
            }
        }
        return at;
    }

    private static bool IsThere(string path) => Path.Exists(path) || IsLink(path);

    private static bool IsDirectory(string path) => Directory.Exists(path) && !IsLink(path);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
