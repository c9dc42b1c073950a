using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that give the standard streams to the process's user, who could not open <c>/dev/stdout</c> anew otherwise.</summary>
/// <remarks>Only what was made for the process: runc changes the owner of what it was given, too, be it the caller's own terminal.</remarks>
internal static class StreamPlanner
{
    public static void Add(PlanContext context)
    {
        uint uid = context.Process.User?.Uid ?? 0;
        if (!context.Options.OwnsStreams || uid == 0 || context.Process.Terminal == true)
        {
            return;
        }
        context.Builder.Begin($"giving the standard streams to user {uid}", "/process/user/uid");
        for (int number = 0; number < 3; number++)
        {
            // EPERM: the pipe's owner is not mapped in the user namespace; EINVAL: the user is not, of which more is said later.
            context.Builder.Add(
                SystemCall.fchownat,
                [number, context.Builder.Text(""), uid, PlanArgument.Number(-1), PlanFlags.EmptyPath],
                [Errno.EPERM, Errno.EINVAL]);
        }
    }
}
