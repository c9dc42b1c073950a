namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of mounts (runtime-spec, config.md, "Mounts").</summary>
internal static class MountRules
{
    public static void Check(SpecCheck check)
    {
        IReadOnlyList<MountSpec>? mounts = check.Spec.Mounts;
        if (mounts is { Count: > 0 })
        {
            RequireMountNamespace(check, "/mounts");
        }
        check.Each(mounts, "/mounts", (mount, pointer) => Check(check, mount, pointer));
    }

    /// <summary>What is mounted without a namespace of its own is mounted on the host, and stays there.</summary>
    public static void RequireMountNamespace(SpecCheck check, string pointer)
    {
        if (check.Namespace(LinuxNamespaceTypes.Mount) is null)
        {
            check.Error(pointer, "Without a mount namespace it would change the host's mounts.", "Add {\"type\": \"mount\"} to /linux/namespaces.");
        }
    }

    /// <summary>Whether a mount is a bind mount: by its type, or by an option as runc has it.</summary>
    public static bool IsBind(MountSpec mount) =>
        mount.Type is "bind" || mount.Options?.Any(option => option is "bind" or "rbind") == true;

    private static void Check(SpecCheck check, MountSpec mount, string pointer)
    {
        CheckDestination(check, mount.Destination, $"{pointer}/destination");
        check.Text(mount.Type, $"{pointer}/type");
        check.Text(mount.Source, $"{pointer}/source");
        check.Texts(mount.Options, $"{pointer}/options");
        if (IsBind(mount))
        {
            if (string.IsNullOrEmpty(mount.Source))
            {
                check.Error($"{pointer}/source", "A bind mount needs a source.");
            }
        }
        else if (string.IsNullOrEmpty(mount.Type))
        {
            check.Error($"{pointer}/type", "It is missing; only a bind mount does without.", "Name the filesystem, or add the option bind or rbind.");
        }
        if (mount.UidMappings is { Count: > 0 } != mount.GidMappings is { Count: > 0 })
        {
            check.Error(pointer, "uidMappings and gidMappings must both be there, or neither.");
        }
        IdMappingRules.Check(check, mount.UidMappings, $"{pointer}/uidMappings");
        IdMappingRules.Check(check, mount.GidMappings, $"{pointer}/gidMappings");
    }

    private static void CheckDestination(SpecCheck check, string destination, string pointer)
    {
        check.Text(destination, pointer);
        if (destination.Length == 0)
        {
            check.Error(pointer, "It is empty.");
        }
        else if (!destination.StartsWith('/'))
        {
            // The spec deprecates it, and says what it must mean.
            check.Warn(pointer, $"{SpecCheck.Quote(destination)} is not an absolute path; it is taken from /.", "Begin it with /.");
        }
    }
}
