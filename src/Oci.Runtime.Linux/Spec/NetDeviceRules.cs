using System.Text;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of network devices (runtime-spec, config-linux.md, "Network Devices").</summary>
internal static class NetDeviceRules
{
    /// <summary>IFNAMSIZ less the NUL.</summary>
    private const int MaxNameBytes = 15;

    public static void Check(SpecCheck check, IReadOnlyDictionary<string, LinuxNetDevice>? devices)
    {
        if (devices is { Count: > 0 } && check.Namespace(LinuxNamespaceTypes.Network) is null)
        {
            check.Error("/linux/netDevices", "Devices move into a network namespace, which is not there.", "Add {\"type\": \"network\"} to /linux/namespaces.");
        }
        var inside = new HashSet<string>(StringComparer.Ordinal);
        check.Each(devices, "/linux/netDevices", (name, device, pointer) =>
        {
            CheckName(check, name, pointer);
            string innerName = string.IsNullOrEmpty(device.Name) ? name : device.Name;
            CheckName(check, innerName, $"{pointer}/name");
            // Of a template the kernel makes a name of its own for each.
            if (!innerName.Contains("%d", StringComparison.Ordinal) && !inside.Add(innerName))
            {
                check.Error($"{pointer}/name", $"Two devices would be {SpecCheck.Quote(innerName)} in the container.");
            }
        });
    }

    // dev_valid_name() of the kernel.
    private static void CheckName(SpecCheck check, string name, string pointer)
    {
        if (name is "" or "." or ".." || Encoding.UTF8.GetByteCount(name) > MaxNameBytes ||
            name.Any(c => c is '/' or ':' or '\0' || char.IsWhiteSpace(c)))
        {
            check.Error(pointer, $"{SpecCheck.Quote(name)} is not the name of a network device.", $"Names have 1 to {MaxNameBytes} bytes without /, : and space.");
        }
    }
}
