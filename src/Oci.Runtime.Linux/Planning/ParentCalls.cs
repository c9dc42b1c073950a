using Oci.Common.Linux;
using Oci.Runtime.Linux.Launching;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps by which the program asks something of its parent and takes the answer.</summary>
internal static class ParentCalls
{
    // struct cmsghdr of one SCM_RIGHTS, 16 bytes, and the descriptor behind it: 20 bytes of 24.
    private const int ControlSize = 24;
    private const int ControlLength = 20;
    private const int DescriptorOffset = 16;
    private const int MessageControlLengthOffset = 40;

    /// <summary>Adds the steps that ask, and wait until it is done.</summary>
    public static void Ask(PlanContext context, ParentRequest request)
    {
        context.SendToParent(context.NewRequest(request));
        context.AwaitParent();
    }

    /// <summary>Adds the steps that ask, with descriptors that the parent needs, and keep the descriptor that is the answer.</summary>
    /// <param name="context">The plan.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="answer">Takes the descriptor.</param>
    /// <param name="given">A descriptor that goes along; null for none.</param>
    public static void AskForDescriptor(PlanContext context, ParentRequest request, PlanCell answer, PlanCell? given = null)
    {
        PlanCell mark = context.NewRequest(request);
        if (given is null)
        {
            context.SendToParent(mark);
        }
        else
        {
            Give(context, mark, given);
        }
        Receive(context, answer);
    }

    private static void Give(PlanContext context, PlanCell mark, PlanCell given)
    {
        PlanCell control = PlanBuilder.Struct("control", ControlLength, 1 | (1L << 32), 0);
        PlanCell vector = PlanBuilder.Struct("vector", 0, ProgramLayout.FrameSize).PointTo(0, mark);
        PlanCell message = PlanBuilder.Struct($"{{{mark.Name}, SCM_RIGHTS {given.Name}}}", 0, 0, 0, 1, 0, ControlSize, 0).PointTo(16, vector).PointTo(32, control);
        context.Builder.Move(control, given, offset: DescriptorOffset);
        context.Builder.Add(SystemCall.sendmsg, [PlanArgument.Number(InitDescriptors.Parent, "parent"), PlanArgument.AddressOf(message), PlanFlags.NoSignal]);
    }

    private static void Receive(PlanContext context, PlanCell answer)
    {
        PlanBuilder builder = context.Builder;
        PlanCell control = PlanBuilder.Struct("control", 0, 0, 0);
        PlanCell vector = PlanBuilder.Struct("vector", 0, 8).PointTo(0, new PlanCell("answer", new byte[8]));
        PlanCell message = PlanBuilder.Struct("{answer, control}", 0, 0, 0, 1, 0, ControlSize, 0).PointTo(16, vector).PointTo(32, control);
        builder.Move(message, ControlSize, offset: MessageControlLengthOffset);
        builder.Add(SystemCall.recvmsg, [PlanArgument.Number(InitDescriptors.Parent, "parent"), PlanArgument.AddressOf(message), PlanArgument.Number(0x40000000, "MSG_CMSG_CLOEXEC")]);
        // A parent that is gone sends nothing, so that nothing is where the descriptor should be.
        builder.Expect(PlanArgument.ValueOf(control), -1, ControlLength, Errno.ECONNRESET);
        builder.Move(answer, PlanArgument.ValueOf(control, DescriptorOffset));
    }
}
