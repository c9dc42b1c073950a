using System.Globalization;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>The cgroup, and a controller with a file for each limit that is asked for.</summary>
internal static class CgroupChecks
{
    public static void Check(HostCheck check, CgroupHost cgroups, string? cgroupsPath)
    {
        LinuxResources? resources = check.Spec.Linux?.Resources;
        if (cgroups.CheckAvailable(check.ContainerId, cgroupsPath).Notice is string notice)
        {
            check.Warning(resources is null ? "/linux/cgroupsPath" : "/linux/resources", notice);
            return;
        }
        if (resources is null)
        {
            return;
        }
        bool isUnified = cgroups.Mode == CgroupMode.V2;
        IReadOnlyList<CgroupWrite> writes;
        try
        {
            writes = isUnified ? CgroupV2Limits.From(resources) : CgroupV1Limits.From(resources);
        }
        catch (InvalidSpecException e)
        {
            foreach (SpecFinding finding in e.Findings)
            {
                check.Error(finding.Pointer, finding.Message, finding.Hint);
            }
            return;
        }
        HashSet<string> controllers = isUnified ? ReadControllers(cgroups) : [.. cgroups.Hierarchies.SelectMany(h => h.Controllers)];
        foreach (IGrouping<string, CgroupWrite> missing in writes.Where(w => !w.IsOptional && w.Controller.Length > 0 && !controllers.Contains(w.Controller)).GroupBy(w => w.Controller))
        {
            foreach (string pointer in missing.Select(w => w.Pointer).Distinct())
            {
                check.Error(
                    pointer,
                    string.Create(CultureInfo.InvariantCulture, $"The cgroup controller {missing.Key} is not there."),
                    isUnified ? "Have it delegated: see cgroup.controllers of the cgroup above." : "Mount its hierarchy below /sys/fs/cgroup, or remove the limit.");
            }
        }
    }

    private static HashSet<string> ReadControllers(CgroupHost cgroups)
    {
        CgroupHierarchy hierarchy = cgroups.Hierarchies.First(h => h.IsUnified);
        string file = Path.Combine(hierarchy.MountPoint, "cgroup.controllers");
        return File.Exists(file) ? [.. File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), "cgroup", "devices"] : [];
    }
}
