using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;

namespace OciRun.Commands;

internal sealed class UpdateCommand : Command
{
    public override string Name => "update";

    public override string Summary => "change limits of a running container";

    public override string Description => "What is not named stays as it is:\n\n   ocirun update --memory 256m --pids-limit 100 my-container\n   echo '{\"cpu\": {\"shares\": 512}}' | ocirun update -r - my-container";

    public override IReadOnlyList<Option> Options =>
    [
        OciRun.Options.Resources, OciRun.Options.BlkioWeight, OciRun.Options.CpuPeriod, OciRun.Options.CpuQuota, OciRun.Options.CpuShare,
        OciRun.Options.CpuRealtimePeriod, OciRun.Options.CpuRealtimeRuntime, OciRun.Options.CpusetCpus, OciRun.Options.CpusetMems,
        OciRun.Options.Memory, OciRun.Options.MemoryReservation, OciRun.Options.MemorySwap, OciRun.Options.KernelMemory,
        OciRun.Options.KernelMemoryTcp, OciRun.Options.PidsLimit, OciRun.Options.L3CacheSchema, OciRun.Options.MemoryBandwidthSchema,
    ];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await OpenContainerAsync(invocation);
        foreach (Option schema in (Option[])[OciRun.Options.L3CacheSchema, OciRun.Options.MemoryBandwidthSchema])
        {
            if (invocation.Options.NotEmpty(schema) is not null)
            {
                throw new CommandException($"--{schema.Name}: Intel RDT: l3 cache or memory bandwidth cannot be updated: write the schemata in /sys/fs/resctrl");
            }
        }
        LinuxResources resources = await ResourceOptions.ReadAsync(invocation.Options);
        foreach (string warning in await container.UpdateAsync(resources))
        {
            invocation.Log.Warn(warning);
        }
        return 0;
    }
}
