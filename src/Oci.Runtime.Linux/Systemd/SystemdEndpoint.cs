using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>Where a systemd listens.</summary>
/// <param name="Path">A Unix socket.</param>
/// <param name="IsBus">Whether it is a bus with systemd on it; else it is systemd's own.</param>
internal sealed record SystemdEndpoint(string Path, bool IsBus)
{
    /// <summary>That of the system for root, which needs no bus to run; the user's for others.</summary>
    public static SystemdEndpoint Find() => Find(Libc.Geteuid() == 0, Environment.GetEnvironmentVariable, File.Exists);

    internal static SystemdEndpoint Find(bool isRoot, Func<string, string?> environment, Func<string, bool> exists)
    {
        string directory = isRoot ? "/run" : environment("XDG_RUNTIME_DIR") is { Length: > 0 } given ? given : $"/run/user/{Libc.Geteuid()}";
        string own = $"{directory}/systemd/private";
        if (exists(own))
        {
            return new SystemdEndpoint(own, IsBus: false);
        }
        string? address = environment(isRoot ? "DBUS_SYSTEM_BUS_ADDRESS" : "DBUS_SESSION_BUS_ADDRESS");
        // Addresses are key=value lists separated by semicolons (D-Bus Specification, "Server Addresses").
        string? path = address?.Split(';').Where(a => a.StartsWith("unix:", StringComparison.Ordinal))
            .SelectMany(a => a["unix:".Length..].Split(',')).FirstOrDefault(p => p.StartsWith("path=", StringComparison.Ordinal))?["path=".Length..];
        return new SystemdEndpoint(path ?? (isRoot ? "/run/dbus/system_bus_socket" : $"{directory}/bus"), IsBus: true);
    }
}
