using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>A user namespace that nobody is in: it only carries the mappings of a mount.</summary>
internal static class MappedNamespace
{
    /// <summary>The user namespace of a process.</summary>
    public static SafeFileHandle Open(int pid) =>
        File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/user"));

    /// <summary>Makes one: a process enters it, has its ids mapped, and ends once the namespace is held here.</summary>
    /// <param name="uids">User ids.</param>
    /// <param name="gids">Group ids.</param>
    /// <param name="init">The init, of <see cref="InitExecutable"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">A mapping was refused, or no namespace can be made.</exception>
    public static async Task<SafeFileHandle> MakeAsync(IReadOnlyList<LinuxIdMapping> uids, IReadOnlyList<LinuxIdMapping> gids, SafeFileHandle init, CancellationToken cancellationToken)
    {
        using SyncChannel channel = SyncChannel.Create();
        int pid = InitProcess.Start(init, ProgramEncoder.Encode(Plan(), InitDescriptors.Parent), [(channel.Remote, InitDescriptors.Parent)]);
        channel.Remote.Dispose();
        try
        {
            SyncMessage? message = await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (message is null || message.IsFailure)
            {
                throw LinuxError.ToException(message?.Errno ?? Errno.ECHILD, "unshare(CLONE_NEWUSER)", "a user namespace for the mount's mappings");
            }
            await IdMapWriter.WriteAsync(pid, uids, gids, cancellationToken).ConfigureAwait(false);
            return Open(pid);
        }
        finally
        {
            Libc.Kill(pid, Libc.SIGKILL);
            Libc.WaitForPid(pid, out _);
        }
    }

    private static ContainerPlan Plan()
    {
        var builder = new PlanBuilder(ProgramArchitectures.Current);
        PlanArgument parent = PlanArgument.Number(InitDescriptors.Parent, "parent");
        builder.Begin("making a user namespace for the mappings of a mount");
        builder.Add(SystemCall.unshare, [PlanArgument.Number(PreparePlanner.CLONE_NEWUSER, "CLONE_NEWUSER")]);
        PlanCell mark = PlanBuilder.Struct("prepare", (long)PlanMark.Prepare, 0);
        builder.Add(SystemCall.sendto, [parent, PlanArgument.AddressOf(mark), ProgramLayout.FrameSize, PlanFlags.NoSignal], isExact: true);
        // It is ended from outside; where this process dies instead, the end of the socket ends it.
        builder.Add(SystemCall.read, [parent, PlanArgument.AddressOf(new PlanCell("answer", new byte[8])), 8]);
        builder.Add(SystemCall.exit_group, [0]);
        return new ContainerPlan("", builder.Architecture, builder.Steps, new PlanHandshake());
    }
}
