using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>A directory that an image was unpacked into, and that containers may have changed since.</summary>
public static class RootFilesystem
{
    /// <summary>Deletes the directory with all that is in it; nothing where it is not there.</summary>
    /// <remarks>
    /// Goes by directory handles and never through a symbolic link, whatever a container left there or still does. Of an
    /// ordinary user it also removes directories that were closed to their owner. Linux only.
    /// </remarks>
    /// <param name="path">The directory. It must not be a symbolic link, nor have anything mounted in it.</param>
    /// <exception cref="IOException">Something cannot be deleted: it is mounted, or belongs to a subordinate id of the user
    /// (then <c>unshare --map-auto --map-root-user rm -r</c> deletes it).</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be deleted by this process.</exception>
    public static void Delete(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? above = Path.GetDirectoryName(full);
        if (above is null)
        {
            throw new ArgumentException("The root of this machine is not deleted.", nameof(path));
        }
        if (!Directory.Exists(full))
        {
            return;
        }
        using RootDirectory parent = RootDirectory.Open(above);
        byte[] name = Encoding.UTF8.GetBytes(Path.GetFileName(full) + '\0');
        new TreeRemover(directories: null).Remove(parent.Handle, parentInode: 0, name);
    }
}
