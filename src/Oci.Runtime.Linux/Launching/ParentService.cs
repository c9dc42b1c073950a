using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Launching;

/// <summary>Does what a program asks of its parent.</summary>
internal static class ParentService
{
    /// <summary>Answers one request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="launch">The launch whose program asks.</param>
    /// <param name="process">The process that waits for the answer.</param>
    /// <param name="given">The descriptor that came with the request, which stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The descriptor that is the answer, owned by the caller; null where none is due.</returns>
    /// <exception cref="ContainerException">It cannot be done.</exception>
    public static async Task<SafeFileHandle?> ServeAsync(ParentRequest request, LaunchRequest launch, WatchedProcess process, SafeFileHandle? given, CancellationToken cancellationToken)
    {
        try
        {
            return request switch
            {
                MappedTreeRequest tree => await MappedTree.OpenAsync(tree, process.Pid, launch.Executable, cancellationToken).ConfigureAwait(false),
                _ => throw new InvalidOperationException($"Nobody answers a {request.GetType().Name}."),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw ContainerException.From(
                new ContainerFailure
                {
                    ContainerId = launch.Plan.ContainerId,
                    Step = request.Label,
                    Errno = e.HResult is > 0 and <= (int)Errno.EHWPOISON ? (Errno)e.HResult : Errno.None,
                    Path = request.Path,
                    SpecPointer = request.SpecPointer,
                    Hint = Hint(request, e.HResult),
                },
                e.Message,
                e);
        }
    }

    private static string? Hint(ParentRequest request, int errno) => (request, (Errno)errno) switch
    {
        (MappedTreeRequest, Errno.EINVAL) => "The filesystem of the source does not take id mappings (tmpfs since Linux 6.3, overlay not at all), or is mapped already.",
        (MappedTreeRequest, Errno.EPERM) => "Mapping the ids of a mount takes CAP_SYS_ADMIN over the filesystem of the source: run as root of the host.",
        (MappedTreeRequest, Errno.ENOENT) => "The source of a bind mount must exist on the host.",
        _ => null,
    };
}
