namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of devices (runtime-spec, config-linux.md, "Devices").</summary>
internal static class DeviceRules
{
    private static readonly string[] Types = ["c", "u", "b", "p"];

    public static void Check(SpecCheck check, IReadOnlyList<LinuxDevice>? devices)
    {
        var numbers = new HashSet<(string, long?, long?)>();
        check.Each(devices, "/linux/devices", (device, pointer) =>
        {
            check.OneOf(device.Type, Types, $"{pointer}/type");
            check.AbsolutePath(device.Path, $"{pointer}/path");
            if (device.Type is not "p")
            {
                CheckNumbers(check, device, pointer);
                if (!numbers.Add((device.Type is "u" ? "c" : device.Type, device.Major, device.Minor)))
                {
                    check.Warn(pointer, "Another device has the same type and numbers.");
                }
            }
            if (device.FileMode > 0xFFF)
            {
                check.Warn($"{pointer}/fileMode", $"{device.FileMode} has more than permission bits; those beyond 07777 are left out.");
            }
            CheckOwner(check, device.Uid, $"{pointer}/uid");
            CheckOwner(check, device.Gid, $"{pointer}/gid");
        });
    }

    // Linux has 12 bits for the major number and 20 for the minor one (include/linux/kdev_t.h).
    private static void CheckNumbers(SpecCheck check, LinuxDevice device, string pointer)
    {
        if (device.Major is null || device.Minor is null)
        {
            check.Error($"{pointer}/{(device.Major is null ? "major" : "minor")}", "It is missing; only a FIFO does without.");
        }
        check.Range(device.Major, 0, 0xFFF, $"{pointer}/major");
        check.Range(device.Minor, 0, 0xFFFFF, $"{pointer}/minor");
    }

    private static void CheckOwner(SpecCheck check, uint? id, string pointer)
    {
        if (id == uint.MaxValue)
        {
            check.Error(pointer, $"{id} is -1 to the kernel, which means no id.");
        }
    }
}
