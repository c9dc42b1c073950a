using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>A cgroup that systemd makes and removes as a scope, delegated to the runtime; what is in it is done as without systemd.</summary>
/// <param name="containerId">The container.</param>
/// <param name="inner">The cgroup at the scope's place.</param>
/// <param name="unit">The scope; its slice counts when it is started only.</param>
/// <param name="mode">Which version the system has, since properties differ.</param>
/// <param name="linux">The limits that the scope starts with; null for one that is there.</param>
/// <param name="manager">systemd.</param>
internal sealed class SystemdCgroup(string containerId, Cgroup inner, SystemdUnit unit, CgroupMode mode, LinuxSpec? linux, SystemdManager manager) : ICgroup
{
    private bool _hasUnit = linux is null;

    public IReadOnlyDictionary<string, string> Paths => inner.Paths;

    public IReadOnlyList<string> MadeParents => inner.MadeParents;

    public string? SystemdUnit => unit.Name;

    // systemd makes it when it has a process to put in.
    public void Create() => inner.RefuseInUse();

    public async Task StartAsync(int pid, CancellationToken cancellationToken)
    {
        LinuxResources resources = linux?.Resources ?? new LinuxResources();
        await manager.StartScopeAsync(
            unit.Name,
            [
                .. SystemdProperties.ForScope(containerId, unit, pid),
                .. SystemdProperties.ForLimits(resources, mode),
                .. SystemdProperties.ForDevices(linux is null ? [] : CgroupDeviceRules.From(linux)),
            ],
            cancellationToken).ConfigureAwait(false);
        _hasUnit = true;
        // systemd makes the scope in the hierarchies that it knows; in version 1 these are not all.
        inner.Adopt(pid);
    }

    public void Add(int pid) => inner.Add(pid);

    public string? SetOwner(uint user) => inner.SetOwner(user);

    public IReadOnlyList<string> Apply(LinuxSpec linux) => inner.Apply(linux);

    public async Task<IReadOnlyList<string>> UpdateAsync(LinuxResources resources, LinuxSpec linux, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> notices = await inner.UpdateAsync(resources, linux, cancellationToken).ConfigureAwait(false);
        SystemdProperty[] properties =
        [
            .. SystemdProperties.ForLimits(resources, mode),
            .. SystemdProperties.ForDevices(CgroupDeviceRules.From(linux with { Resources = resources })),
        ];
        if (properties.Length > 0)
        {
            await manager.SetPropertiesAsync(unit.Name, properties, cancellationToken).ConfigureAwait(false);
        }
        return notices;
    }

    public ContainerStats ReadStats(DateTimeOffset time) => inner.ReadStats(time);

    public Task SignalAsync(int signal, CancellationToken cancellationToken) => inner.SignalAsync(signal, cancellationToken);

    public IReadOnlyList<int> ReadProcesses() => inner.ReadProcesses();

    public Task SetFrozenAsync(bool frozen, CancellationToken cancellationToken) => inner.SetFrozenAsync(frozen, cancellationToken);

    public bool IsFrozen() => inner.IsFrozen();

    public Task KillAsync(CancellationToken cancellationToken) => inner.KillAsync(cancellationToken);

    // A unit that systemd has is systemd's to end.
    public bool TryDelete() => !_hasUnit && inner.TryDelete();

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if (_hasUnit)
        {
            await manager.StopAsync(unit.Name, cancellationToken).ConfigureAwait(false);
        }
        await inner.DeleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
