using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>Makes idmapped mounts (mount_setattr(2), "ID-mapped mounts").</summary>
internal static class MappedTree
{
    /// <summary>A detached copy of the host's mount, with its ids mapped.</summary>
    /// <param name="request">Which.</param>
    /// <param name="containerPid">The container's process, for mappings of its own user namespace.</param>
    /// <param name="init">The init, of <see cref="Launching.InitExecutable"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The mount or a mapping was refused.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    public static async Task<SafeFileHandle> OpenAsync(MappedTreeRequest request, int containerPid, SafeFileHandle init, CancellationToken cancellationToken)
    {
        using SafeFileHandle users = request.Uids is null
            ? MappedNamespace.Open(containerPid)
            : await MappedNamespace.MakeAsync(request.Uids, request.Gids!, init, cancellationToken).ConfigureAwait(false);
        Libc.OpenTree(Encoding.UTF8.GetBytes(request.Path! + '\0'), request.IsRecursive, out SafeFileHandle? tree).ThrowIfFailed("open_tree", request.Path);
        try
        {
            if (request.Propagation != 0)
            {
                // The copy was made among the host's mounts: without this, what the container mounts below would show on the host.
                Libc.MountSetattr(tree!, isRecursive: true, new Libc.MountAttributes { propagation = (ulong)request.Propagation }).ThrowIfFailed("mount_setattr", request.Path);
            }
            Map(tree!, users, request);
            return tree!;
        }
        catch
        {
            tree!.Dispose();
            throw;
        }
    }

    private static void Map(SafeFileHandle tree, SafeFileHandle users, MappedTreeRequest request)
    {
        bool isHeld = false;
        try
        {
            users.DangerousAddRef(ref isHeld);
            var attributes = new Libc.MountAttributes { attr_set = Libc.MOUNT_ATTR_IDMAP, userns_fd = (ulong)users.DangerousGetHandle() };
            Libc.MountSetattr(tree, request.IsMappingRecursive, attributes).ThrowIfFailed("mount_setattr(MOUNT_ATTR_IDMAP)", request.Path);
        }
        finally
        {
            if (isHeld)
            {
                users.DangerousRelease();
            }
        }
    }
}
