using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>A container's cgroup in version 1 hierarchies; in hybrid systems also in the version 2 one, which can kill at once.</summary>
internal sealed class CgroupV1(string containerId, IReadOnlyDictionary<string, string> paths, IReadOnlyList<string>? madeParents = null) : Cgroup(containerId, paths, madeParents)
{
    public override IReadOnlyList<string> Apply(LinuxSpec linux)
    {
        if (linux.Resources is { } resources)
        {
            Apply(CgroupV1Limits.From(resources));
            return ApplyDevices(CgroupDeviceRules.From(linux));
        }
        return [];
    }

    public override async Task<IReadOnlyList<string>> UpdateAsync(LinuxResources resources, LinuxSpec linux, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Update(CgroupV1Limits.From(resources));
        if (resources.Devices is { Count: > 0 })
        {
            return await UpdateDevicesAsync(CgroupDeviceRules.From(linux with { Resources = resources }), cancellationToken).ConfigureAwait(false);
        }
        return [];
    }

    public override ContainerStats ReadStats(DateTimeOffset time)
    {
        ContainerStats stats = new CgroupV1Stats(
            (controller, file) => Paths.TryGetValue(controller, out string? directory) ? Files.Read(directory, file) : null,
            controller => CgroupFiles.List(Paths.GetValueOrDefault(controller))).Read(time);
        // A hybrid system can have single controllers in the version 2 hierarchy.
        if (Paths.TryGetValue("", out string? unified))
        {
            ContainerStats other = new CgroupV2Stats(file => Files.Read(unified, file), CgroupFiles.List(unified)).Read(time);
            stats = stats with
            {
                Cpu = stats.Cpu?.Usage is null ? other.Cpu : stats.Cpu,
                Cpuset = stats.Cpuset ?? other.Cpuset,
                Memory = stats.Memory ?? other.Memory,
                Pids = stats.Pids ?? other.Pids,
                BlockIO = stats.BlockIO ?? other.BlockIO,
                Hugetlb = stats.Hugetlb.Count > 0 ? stats.Hugetlb : other.Hugetlb,
                Rdma = stats.Rdma.Count > 0 ? stats.Rdma : other.Rdma,
            };
        }
        return stats;
    }

    // A hybrid system can be without the v1 controller; then programs of the version 2 hierarchy enforce.
    private IReadOnlyList<string> ApplyDevices(IReadOnlyList<DeviceRule> rules)
    {
        if (rules.Count == 0)
        {
            return [];
        }
        if (!Paths.ContainsKey("devices") && Paths.TryGetValue("", out string? unified))
        {
            return DeviceProgramLoader.Apply(unified, rules, Files) is string notice ? [notice] : [];
        }
        Apply(CgroupDeviceRules.ToWrites(rules));
        return CgroupDeviceRules.FindIgnoredByV1(rules);
    }

    // The kernel takes rules one at a time: frozen, nothing runs while the old are gone and the new not yet there.
    private async Task<IReadOnlyList<string>> UpdateDevicesAsync(IReadOnlyList<DeviceRule> rules, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> notices = [];
        await WhileFrozenAsync(() => notices = ApplyDevices(rules), cancellationToken).ConfigureAwait(false);
        return notices;
    }

    public override async Task SetFrozenAsync(bool frozen, CancellationToken cancellationToken)
    {
        string directory = Paths.GetValueOrDefault("freezer") ?? throw ContainerException.From(
            new ContainerFailure { ContainerId = ContainerId, Step = frozen ? "freezing" : "thawing", Hint = "Mount that hierarchy." }, "the freezer controller is not mounted");
        string state = frozen ? "FROZEN" : "THAWED";
        Files.Write(directory, "freezer.state", state);
        if (!await CgroupWait.UntilAsync(() => Files.Read(directory, "freezer.state") == state, cancellationToken).ConfigureAwait(false))
        {
            Files.Write(directory, "freezer.state", "THAWED");
            throw ContainerException.From(new ContainerFailure { ContainerId = ContainerId, Step = frozen ? "freezing" : "thawing", Path = directory },
                $"the processes did not stop in {CgroupWait.Limit.TotalSeconds} s");
        }
    }

    public override bool IsFrozen() => Paths.TryGetValue("freezer", out string? directory) && IsFrozen(directory);

    protected override bool CanFreeze => Paths.TryGetValue("freezer", out string? directory) && Directory.Exists(directory);

    protected override bool IsFrozen(string directory) => Files.Read(directory, "freezer.state") is "FROZEN" or "FREEZING";

    // A new cpuset has no CPUs and no memory, and then takes no process; one above that somebody made may lack them too.
    protected override void Prepare(string directory)
    {
        if (!Paths.TryGetValue("cpuset", out string? own) || !(own + '/').StartsWith(directory + '/', StringComparison.Ordinal))
        {
            return;
        }
        foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
        {
            Inherit(directory, file);
        }
    }

    private string? Inherit(string directory, string file)
    {
        string? value = Files.Read(directory, file);
        if (value is not "")
        {
            return value;
        }
        string? inherited = Inherit(Path.GetDirectoryName(directory)!, file);
        if (inherited is { Length: > 0 })
        {
            Files.Write(directory, file, inherited);
        }
        return inherited;
    }

    // Frozen, no process can fork past the list that is read, end, and leave its number to another.
    protected override async Task SendKillAsync(CancellationToken cancellationToken)
    {
        if (Paths.TryGetValue("", out string? unified) && Files.TryWrite(unified, "cgroup.kill", "1") == Errno.None && !IsFrozen())
        {
            return;
        }
        bool canFreeze = CanFreeze;
        if (canFreeze)
        {
            await SetFrozenAsync(frozen: true, cancellationToken).ConfigureAwait(false);
        }
        try
        {
            Signal(Libc.SIGKILL);
        }
        finally
        {
            if (canFreeze)
            {
                Files.Write(Paths["freezer"], "freezer.state", "THAWED");
            }
        }
    }
}
