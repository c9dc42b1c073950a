using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Systemd;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>The cgroup that a container is going to have.</summary>
internal sealed class ContainerCgroup
{
    private readonly string _containerId;
    private readonly CgroupHost _host;
    private readonly SystemdUnit? _unit;

    /// <summary>Finds its place; nothing is done.</summary>
    /// <exception cref="InvalidSpecException">The driver is systemd's, and <c>cgroupsPath</c> is no unit.</exception>
    public ContainerCgroup(string containerId, RuntimeSpec spec, CgroupHost host, CgroupDriver driver)
    {
        _containerId = containerId;
        _host = host;
        Spec = spec;
        if (driver == CgroupDriver.Systemd)
        {
            uint user = Libc.Geteuid();
            _unit = SystemdUnit.Parse(spec.Linux?.CgroupsPath, containerId, isRoot: user == 0);
            string own = host.Hierarchies.FirstOrDefault(h => h.IsUnified)?.OwnPath ?? "/";
            string manager = user == 0 ? "/" : SystemdUnit.FindUserManager(own, user);
            Spec = spec with { Linux = (spec.Linux ?? new LinuxSpec()) with { CgroupsPath = _unit.GetPath(manager) } };
        }
    }

    /// <summary>The configuration, with a <c>cgroupsPath</c> that is a path.</summary>
    public RuntimeSpec Spec { get; }

    /// <summary>The cgroup, there or not.</summary>
    public ICgroup Open()
    {
        Cgroup cgroup = _host.Open(_containerId, Spec.Linux?.CgroupsPath);
        return _unit is null
            ? cgroup
            : new SystemdCgroup(_containerId, cgroup, _unit, _host.Mode, Spec.Linux, new SystemdManager(_containerId, SystemdEndpoint.Find()));
    }
}
