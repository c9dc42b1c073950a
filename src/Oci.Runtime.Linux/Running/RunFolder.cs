using System.Text;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Runtime.Linux.Running;

/// <summary>The directory of one run, that only its user can enter.</summary>
internal sealed class RunFolder
{
    private const uint OwnerOnly = 0x1C0; // 0700

    private RunFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes it below another directory.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static RunFolder Create(string? above)
    {
        string parent = System.IO.Path.GetFullPath(above ?? System.IO.Path.GetTempPath());
        Directory.CreateDirectory(parent);
        string path = System.IO.Path.Combine(parent, $"oci-run-{Guid.NewGuid():n}");
        // A new one or none: in a directory that anybody can write, what is there already may be another's.
        Libc.Mkdirat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), OwnerOnly).ThrowIfFailed("mkdirat", path);
        return new RunFolder(path);
    }

    /// <summary>Removes it with all that is in it.</summary>
    public void Remove() => RootFilesystem.Delete(Path);

    /// <summary>Removes it after a failure; where that fails too, both failures are told.</summary>
    public void RemoveAfter(Exception failure, string containerId)
    {
        try
        {
            Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ContainerException.From(
                new ContainerFailure { ContainerId = containerId, Step = "removing what was made for the run", Path = Path, Hint = $"Remove {Path} by hand." },
                $"{e.Message} That was after: {failure.Message.TrimEnd('.')}",
                new AggregateException(failure, e));
        }
    }
}
