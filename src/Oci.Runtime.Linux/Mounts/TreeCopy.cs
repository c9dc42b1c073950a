using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>Turns a listing into programs that copy the files listed, as many as fit into one.</summary>
/// <remarks>
/// They run with the rights and the ids of the container's process, so that owners are right in a user namespace too; an
/// owner whom it has not becomes its root. A file that goes meanwhile is left out, and none is reached by a link.
/// </remarks>
internal sealed class TreeCopy(CopyUpRequest request, IEnumerable<TreeEntry> entries, ContainerPlan plan) : IDisposable
{
    // Of ProgramLayout.MaxSize, with room for the largest attributes of one file.
    private const int SizeToStopAt = ProgramLayout.MaxSize / 2;

    private readonly IEnumerator<TreeEntry> _entries = entries.GetEnumerator();
    private bool _isBegun;

    /// <summary>The next program; the last one goes on where all is copied.</summary>
    public ContainerPlan Next(CancellationToken cancellationToken)
    {
        var builder = new PlanBuilder(plan.Architecture) { Phase = PlanPhase.Mounts };
        var writer = new TreeCopyWriter(builder, request);
        if (!_isBegun && request.CopiesRoot)
        {
            writer.AddRoot();
        }
        _isBegun = true;
        PlanLabel next = request.More;
        while (writer.Size < SizeToStopAt)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_entries.MoveNext())
            {
                next = request.Done;
                break;
            }
            writer.Add(_entries.Current);
        }
        builder.Jump(PlanLabel.At(next.Name, ProgramLayout.AddressOfStep(next.Step)));
        return new ContainerPlan(plan.ContainerId, plan.Architecture, builder.Steps, new PlanHandshake());
    }

    public void Dispose() => _entries.Dispose();
}
