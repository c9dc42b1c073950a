using System.Globalization;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The writes that limits come to, in the order that the kernel needs. Pure.</summary>
internal abstract class CgroupLimits
{
    protected const string At = "/linux/resources";

    private readonly List<CgroupWrite> _writes = [];

    public IReadOnlyList<CgroupWrite> Writes => _writes;

    protected void Add(string controller, string file, string value, string pointer) =>
        _writes.Add(new CgroupWrite(controller, file, value, At + pointer));

    protected void Add(CgroupWrite write) => _writes.Add(write with { Pointer = At + write.Pointer });

    protected void Add(string controller, string file, long? value, string pointer)
    {
        if (value is { } number)
        {
            Add(controller, file, Text(number), pointer);
        }
    }

    protected void Add(string controller, string file, ulong? value, string pointer)
    {
        if (value is { } number)
        {
            Add(controller, file, number.ToString(CultureInfo.InvariantCulture), pointer);
        }
    }

    protected static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A member that this version of cgroups has no file for.</summary>
    protected static InvalidSpecException Unsupported(string pointer, string version, string hint) =>
        new("config.json", [new SpecFinding(At + pointer, $"{version} has no such limit.", hint)]);

    /// <summary>Limits that are set alike in both versions.</summary>
    protected void AddCommon(LinuxResources resources)
    {
        if (resources.Pids?.Limit is { } pids)
        {
            Add("pids", "pids.max", pids > 0 ? Text(pids) : "max", "/pids/limit");
        }
        if (resources.Cpu?.Cpus is { Length: > 0 } cpus)
        {
            Add("cpuset", "cpuset.cpus", cpus, "/cpu/cpus");
        }
        if (resources.Cpu?.Mems is { Length: > 0 } mems)
        {
            Add("cpuset", "cpuset.mems", mems, "/cpu/mems");
        }
        foreach ((string device, LinuxRdma rdma) in resources.Rdma ?? new Dictionary<string, LinuxRdma>())
        {
            string handles = rdma.HcaHandles is { } h ? $" hca_handle={h}" : "";
            string objects = rdma.HcaObjects is { } o ? $" hca_object={o}" : "";
            Add("rdma", "rdma.max", $"{device}{handles}{objects}", JsonPointer.Member("/rdma", device));
        }
    }
}
