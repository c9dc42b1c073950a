using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>The program that answers the notifications of a filter, at a socket of the host.</summary>
internal static class SeccompListener
{
    /// <summary>Hands it the descriptor, by a connection for this alone (runtime-spec, config-linux.md, "Seccomp", listenerPath).</summary>
    /// <param name="seccomp">The filter.</param>
    /// <param name="state">The container.</param>
    /// <param name="pid">The process that has the filter.</param>
    /// <param name="descriptor">What takes the notifications; it stays the caller's.</param>
    /// <param name="time">The clock that says when a listener that does not read is given up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ContainerException">Nobody listens there, or it hung up, or it does not read.</exception>
    public static async Task SendAsync(LinuxSeccomp seccomp, ContainerState state, int pid, SafeFileHandle descriptor, TimeProvider time, CancellationToken cancellationToken)
    {
        var message = new ContainerProcessState
        {
            OciVersion = RuntimeSpec.CurrentVersion,
            Fds = [ContainerProcessState.SeccompFd],
            Pid = pid,
            Metadata = seccomp.ListenerMetadata,
            State = state,
        };
        using DescriptorSocket socket = DescriptorSocket.Connect(state.Id, "seccomp listener", seccomp.ListenerPath!, "/linux/seccomp/listenerPath");
        await socket.SendAsync(message.ToUtf8Bytes(), descriptor, time, cancellationToken).ConfigureAwait(false);
    }
}
