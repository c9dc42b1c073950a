using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Launching;

/// <summary>Does what a program asks of its parent.</summary>
internal sealed class ParentService(LaunchRequest launch) : IDisposable
{
    private readonly Dictionary<CopyUpRequest, TreeCopy> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>The program that was sent last, to go on in the place of the container's own for a while.</summary>
    public ContainerPlan? Insert { get; private set; }

    /// <summary>Answers one request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="process">The process that waits for the answer.</param>
    /// <param name="given">The descriptor that came with the request, which stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The descriptor that is the answer, owned by the caller; null where none is due.</returns>
    /// <exception cref="ContainerException">It cannot be done.</exception>
    public async Task<SafeFileHandle?> ServeAsync(ParentRequest request, WatchedProcess process, SafeFileHandle? given, CancellationToken cancellationToken)
    {
        try
        {
            return request switch
            {
                MappedTreeRequest tree => await MappedTree.OpenAsync(tree, process.Pid, launch.Executable, cancellationToken).ConfigureAwait(false),
                LimitRequest limit => Raise(limit, process.Pid),
                CopyUpRequest copy => NextInsert(copy, given!, cancellationToken),
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
                    Errno = LinuxError.ToErrno(e),
                    Path = request.Path,
                    SpecPointer = request.SpecPointer,
                    Hint = Hint(request, e.HResult),
                },
                e.Message,
                e);
        }
    }

    public void Dispose()
    {
        foreach (TreeCopy copy in _copies.Values)
        {
            copy.Dispose();
        }
    }

    private static SafeFileHandle? Raise(LimitRequest request, int pid)
    {
        Libc.Prlimit(pid, request.Resource, new Libc.ResourceLimit { rlim_cur = request.Soft, rlim_max = request.Hard }).ThrowIfFailed("prlimit");
        return null;
    }

    private SafeFileHandle NextInsert(CopyUpRequest request, SafeFileHandle source, CancellationToken cancellationToken)
    {
        if (!_copies.TryGetValue(request, out TreeCopy? copy))
        {
            copy = new TreeCopy(request, TreeListing.Read(source), launch.Plan);
            _copies.Add(request, copy);
        }
        Insert = copy.Next(cancellationToken);
        return InitProcess.WriteProgram(ProgramEncoder.Encode(Insert, InitDescriptors.Parent, ProgramLayout.InsertBase));
    }

    private static string? Hint(ParentRequest request, int errno) => (request, (Errno)errno) switch
    {
        (MappedTreeRequest, Errno.EINVAL) => "The filesystem of the source does not take id mappings (tmpfs since Linux 6.3, overlay not at all), or is mapped already.",
        (MappedTreeRequest, Errno.EPERM) => "Mapping the ids of a mount takes CAP_SYS_ADMIN over the filesystem of the source: run as root of the host.",
        (MappedTreeRequest, Errno.ENOENT) => "The source of a bind mount must exist on the host.",
        (LimitRequest, Errno.EPERM) => PlanFailure.HardLimitHint,
        (CopyUpRequest, Errno.EACCES) => "What is copied up must be readable by the user who runs the container.",
        (CopyUpRequest, Errno.E2BIG) => "Mount the tmpfs without tmpcopyup, or over a smaller directory.",
        _ => null,
    };
}
