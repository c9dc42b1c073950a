using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>A rule of the device controller.</summary>
/// <param name="Allow">Whether it allows; else it denies.</param>
/// <param name="Type"><c>a</c>, <c>b</c> or <c>c</c>; <c>a</c> is for all numbers and ways, as the kernel reads it.</param>
/// <param name="Major">The major number; null for all.</param>
/// <param name="Minor">The minor number; null for all.</param>
/// <param name="Access">The ways of use.</param>
/// <param name="Pointer">The member of the configuration, as a JSON pointer.</param>
internal sealed record DeviceRule(bool Allow, char Type, uint? Major, uint? Minor, DeviceAccess Access, string Pointer)
{
    public static DeviceRule From(LinuxDeviceRule rule, string pointer) => rule.Type is null or "" or "a"
        ? new DeviceRule(rule.Allow, 'a', null, null, DeviceAccess.All, pointer)
        : new DeviceRule(rule.Allow, rule.Type[0], Number(rule.Major), Number(rule.Minor), Ways(rule.Access), pointer);

    /// <summary>As cgroup v1 takes it (Documentation/admin-guide/cgroup-v1/devices.rst).</summary>
    public override string ToString() => Type == 'a' ? "a" : $"{Type} {Text(Major)}:{Text(Minor)} {Text(Access)}";

    private static uint? Number(long? number) => number is null or < 0 ? null : (uint)number.Value;

    private static string Text(uint? number) => number is null ? "*" : $"{number}";

    private static string Text(DeviceAccess access) =>
        $"{(access.HasFlag(DeviceAccess.Read) ? "r" : "")}{(access.HasFlag(DeviceAccess.Write) ? "w" : "")}{(access.HasFlag(DeviceAccess.Mknod) ? "m" : "")}";

    private static DeviceAccess Ways(string? access) => string.IsNullOrEmpty(access)
        ? DeviceAccess.All
        : (access.Contains('r') ? DeviceAccess.Read : 0) | (access.Contains('w') ? DeviceAccess.Write : 0) | (access.Contains('m') ? DeviceAccess.Mknod : 0);
}
