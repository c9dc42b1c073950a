using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Launching;

/// <summary>What the init may say, and when: the other end of the socket is in reach of the container, so nothing of it is believed.</summary>
internal sealed class HandshakeRules(ContainerPlan plan, int hookCount)
{
    private bool _isPrepared;
    private bool _isMade;

    /// <summary>Checks a message before anything is done about it.</summary>
    /// <param name="message">The message; its descriptor stays the caller's.</param>
    /// <param name="insert">The program that was sent last, if one was.</param>
    /// <exception cref="InvalidDataException">It is not one that the plan can have sent now.</exception>
    public void Check(SyncMessage message, ContainerPlan? insert)
    {
        if (message.IsFailure)
        {
            int? steps = message.IsOfInsert ? insert?.Steps.Count : plan.Steps.Count;
            // Below the first step, the number is out of range too once it is without a sign.
            Require((uint)message.FailedStep < (uint)(steps ?? 0), "a failure of a step that there is not");
            Require(message.Descriptor is null, "a descriptor with a failure");
            return;
        }
        switch (message.Mark)
        {
            case PlanMark.Prepare:
                Require(!_isPrepared, "a second request to be prepared");
                _isPrepared = true;
                break;
            case PlanMark.Made:
                Require(!_isMade, "a second process");
                _isMade = true;
                break;
            case PlanMark.Warning:
                Require(IsIndex(message.Value, plan.Handshake.Warnings.Count), $"a warning {message.Value} that there is not");
                break;
            case PlanMark.Times:
                Require(plan.Handshake.TimedSteps.Count > 0 && message.Rest.Length == plan.Handshake.TimedSteps.Count * PlanClock.StampSize, "times that nobody has asked for");
                break;
            case PlanMark.Hook:
                Require(IsIndex(message.Value, hookCount), $"a call of a hook {message.Value} that there is not");
                break;
            case PlanMark.Request:
                Require(IsIndex(message.Value, plan.Handshake.Requests.Count), $"a request {message.Value} that there is not");
                break;
            case PlanMark.Ready or PlanMark.Terminal or PlanMark.SeccompListener or PlanMark.NetDevices:
                break;
            default:
                Require(false, $"a message of an unknown kind, {message.Kind}");
                break;
        }
        Require(_isMade || message.Mark is PlanMark.Prepare or PlanMark.Warning or PlanMark.Times, $"{message.Mark} before there was a process");
        Require(TakesDescriptor(message) == (message.Descriptor is not null), $"{message.Mark} {(message.Descriptor is null ? "without its" : "with a")} descriptor");
    }

    private bool TakesDescriptor(SyncMessage message) => message.Mark switch
    {
        PlanMark.Made or PlanMark.Terminal or PlanMark.SeccompListener or PlanMark.NetDevices => true,
        PlanMark.Request => plan.Handshake.Requests[(int)message.Value] is CopyUpRequest,
        _ => false,
    };

    private static bool IsIndex(long value, int count) => (ulong)value < (ulong)count;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException($"the container's init sent {what}");
        }
    }
}
