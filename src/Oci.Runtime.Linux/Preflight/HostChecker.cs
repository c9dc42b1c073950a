using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>Goes through a configuration and asks the host for each thing that it needs.</summary>
internal static class HostChecker
{
    // mount_setattr(2), the newest call that every container needs, came with it.
    private static readonly Version s_oldestKernel = new(5, 12);

    public static IReadOnlyList<HostFinding> Check(string containerId, Bundle bundle, HostProbe probe, CgroupHost cgroups, CgroupDriver driver = CgroupDriver.Cgroupfs)
    {
        var check = new HostCheck(containerId, bundle, probe);
        SpecFinding[] invalid = [.. RuntimeSpecValidator.Validate(bundle.Spec)];
        foreach (SpecFinding finding in invalid)
        {
            if (finding.Severity == SpecSeverity.Error)
            {
                check.Error(finding.Pointer, finding.Message, finding.Hint);
            }
            else
            {
                check.Warning(finding.Pointer, finding.Message, finding.Hint);
            }
        }
        if (Array.Exists(invalid, f => f.Severity == SpecSeverity.Error))
        {
            // What is not valid has no meaning that a host could be asked about.
            return check.Findings;
        }
        if (probe.KernelVersion < s_oldestKernel)
        {
            check.Error(null, $"The kernel is Linux {probe.KernelVersion}.", $"Linux {s_oldestKernel} or newer is needed.");
        }
        NamespaceChecks.Check(check);
        FilesystemChecks.Check(check);
        ProcessChecks.Check(check);
        try
        {
            string? cgroupsPath = new ContainerCgroup(containerId, bundle.Spec, cgroups, driver).Spec.Linux?.CgroupsPath;
            CgroupChecks.Check(check, cgroups, cgroupsPath);
            CheckSupported(check, cgroups, cgroupsPath);
        }
        catch (InvalidSpecException e)
        {
            foreach (SpecFinding finding in e.Findings)
            {
                check.Error(finding.Pointer, finding.Message, finding.Hint);
            }
        }
        return [.. check.Findings.OrderBy(f => f.Severity)];
    }

    /// <summary>What creating it would refuse, and was not found by the checks: it stops at the first.</summary>
    private static void CheckSupported(HostCheck check, CgroupHost cgroups, string? cgroupsPath)
    {
        try
        {
            SupportedSpec.ThrowIfUnsupported(check.ContainerId, check.Spec, HostFactsReader.Read(check.ContainerId, check.Bundle, cgroups, cgroupsPath));
        }
        catch (ContainerException e)
        {
            if (!check.Findings.Any(f => f.SpecPointer == e.SpecPointer))
            {
                check.Error(e.SpecPointer, e.Message, e.Hint);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            check.Error("/root/path", $"The root filesystem cannot be read: {e.Message}");
        }
    }
}
