using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>How a container ended, and what it printed.</summary>
internal sealed record ContainerRun(ExitStatus Status, string Output, string Error, IReadOnlyList<string> Warnings)
{
    public ContainerRun EnsureSuccess()
    {
        Assert.True(Status.IsSuccess, $"{Status}\n{Output}\n{Error}");
        return this;
    }
}
