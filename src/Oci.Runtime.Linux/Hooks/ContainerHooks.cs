using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Hooks;

/// <summary>The hooks of one container.</summary>
internal sealed class ContainerHooks(ContainerRecord record, StateDirectory directory, RuntimeSpec spec, TimeProvider time)
{
    /// <summary>Runs all hooks of a stage in their order, up to the first that fails.</summary>
    /// <exception cref="ContainerException">One failed.</exception>
    public async Task RunAsync(HookStage stage, ContainerStatus status, CancellationToken cancellationToken)
    {
        foreach (HookCall call in HookCall.In(spec.Hooks, stage))
        {
            await RunAsync(call, status, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the poststop hooks, each whether or not those before it failed.</summary>
    /// <returns>What failed, a sentence each (runtime-spec, runtime.md, "Lifecycle", 13).</returns>
    /// <remarks>Not to be cancelled: the container is gone, and nobody could run them later.</remarks>
    public async Task<IReadOnlyList<string>> RunPoststopAsync()
    {
        var warnings = new List<string>();
        foreach (HookCall call in HookCall.In(spec.Hooks, HookStage.poststop))
        {
            try
            {
                await RunAsync(call, ContainerStatus.Stopped, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ContainerException or IOException or UnauthorizedAccessException)
            {
                warnings.Add(e.Message);
            }
        }
        return warnings;
    }

    /// <summary>Runs one hook, where and as its stage demands.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    public async Task RunAsync(HookCall call, ContainerStatus status, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SafeFileHandle executable = InitExecutable.Open(Path.GetDirectoryName(directory.Path)!);
        if (call.Stage is not (HookStage.createContainer or HookStage.startContainer))
        {
            ContainerPlan outside = HookCompiler.CompileOutside(record.Id, call, record.Bundle, HostFactsReader.ReadForHook());
            await new HookRunner(outside, call, executable, time).RunAsync(record.ToState(status), cancellationToken).ConfigureAwait(false);
            return;
        }
        using SafeFileHandle container = ContainerProbe.OpenProcess(record) ?? throw Failure(call, "the container's process has ended", null);
        var runner = new HookRunner(Compile(call), call, executable, time)
        {
            Container = container,
            SendSeccompListenerAsync = (listener, pid, token) => SeccompListener.SendAsync(spec.Linux!.Seccomp!, record.ToState(status), pid, listener, time, token),
            EnterCgroup = pid => record.OpenCgroup()?.Add(pid),
        };
        await runner.RunAsync(record.ToState(status), cancellationToken).ConfigureAwait(false);
    }

    private ContainerPlan Compile(HookCall call)
    {
        IReadOnlyList<LinuxNamespace> namespaces;
        try
        {
            namespaces = ContainerNamespaces.ReadForeign(record.Pid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(call, $"its namespaces cannot be read: {e.Message}", e);
        }
        bool needsCgroup = record.CgroupPaths is not null;
        return call.Stage == HookStage.createContainer
            ? HookCompiler.CompileBeforePivot(record.Id, call, namespaces, needsCgroup, record.RootPath, HostFactsReader.ReadForHook())
            : HookCompiler.CompileInside(record.Id, call, spec, namespaces, needsCgroup, HostFactsReader.ReadForHook());
    }

    private ContainerException Failure(HookCall call, string detail, Exception? cause) =>
        ContainerException.From(
            new ContainerFailure { ContainerId = record.Id, Step = call.Label, Path = call.Hook.Path, SpecPointer = call.SpecPointer },
            detail,
            cause);
}
