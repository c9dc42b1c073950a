namespace Oci.Runtime.Linux.Spec;

/// <summary>
/// Rules of kernel parameters: only what a namespace of the container holds may be set, since all else is the host's
/// (namespaces(7), ipc_namespaces(7), uts_namespaces(7), network_namespaces(7)).
/// </summary>
internal static class SysctlRules
{
    private static readonly string[] IpcNames =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ];

    public static void Check(SpecCheck check, IReadOnlyDictionary<string, string>? sysctl) =>
        check.Each(sysctl, "/linux/sysctl", (name, value, pointer) =>
        {
            check.Text(name, pointer);
            check.Text(value, pointer);
            CheckName(check, Normalize(name), pointer);
        });

    /// <summary>The name with dots: sysctl(8) lets the separator be a slash, and then a dot is part of a name.</summary>
    public static string Normalize(string name)
    {
        int separator = name.AsSpan().IndexOfAny('.', '/');
        if (separator < 0 || name[separator] == '.')
        {
            return name;
        }
        return string.Create(name.Length, name, (to, from) =>
        {
            for (int i = 0; i < from.Length; i++)
            {
                to[i] = Swap(from[i]);
            }
        });
    }

    /// <summary>Where a parameter is below <c>/proc/sys</c>.</summary>
    public static string ToPath(string name) => string.Create(name.Length, Normalize(name), (to, from) =>
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = Swap(from[i]);
        }
    });

    private static char Swap(char c) => c switch { '.' => '/', '/' => '.', _ => c };

    private static void CheckName(SpecCheck check, string name, string pointer)
    {
        // In the path below /proc/sys a dot is a separator: an empty part, or a slash that was a dot, could lead elsewhere.
        if (name.Length == 0 || name.Split('.').Any(part => part is "" or "/" or "//"))
        {
            check.Error(pointer, $"{SpecCheck.Quote(name)} is not the name of a kernel parameter.");
        }
        else if (IpcNames.Contains(name) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal))
        {
            Require(check, LinuxNamespaceTypes.Ipc, pointer);
        }
        else if (name.StartsWith("net.", StringComparison.Ordinal))
        {
            Require(check, LinuxNamespaceTypes.Network, pointer);
        }
        else if (name is "kernel.domainname")
        {
            Require(check, LinuxNamespaceTypes.Uts, pointer);
        }
        else if (name is "kernel.hostname")
        {
            check.Error(pointer, "It has a member of its own.", "Use /hostname.");
        }
        else if (name.StartsWith("user.", StringComparison.Ordinal))
        {
            Require(check, LinuxNamespaceTypes.User, pointer);
        }
        else
        {
            check.Error(pointer, $"{SpecCheck.Quote(name)} is in no namespace: it would be set for the whole host.", "Set it on the host.");
        }
    }

    private static void Require(SpecCheck check, string type, string pointer)
    {
        if (check.Namespace(type) is null)
        {
            check.Error(pointer, $"Without a {type} namespace it would be set for the host.", $"Add {{\"type\": \"{type}\"}} to /linux/namespaces.");
        }
    }
}
