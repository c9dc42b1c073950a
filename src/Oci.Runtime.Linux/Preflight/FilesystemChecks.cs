using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>The root filesystem, the sources and kinds of mounts, and devices.</summary>
internal static class FilesystemChecks
{
    public static void Check(HostCheck check)
    {
        CheckRoot(check);
        IReadOnlyList<MountSpec> mounts = check.Spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            CheckMount(check, mounts[i], JsonPointer.Item("/mounts", i));
        }
        bool hasPty = mounts.Any(m => m.Type is "devpts");
        if (check.Spec.Process?.Terminal == true && !hasPty)
        {
            check.Error("/process/terminal", "A terminal needs a devpts of the container's own.", "Add a mount of type devpts at /dev/pts.");
        }
    }

    private static void CheckRoot(HostCheck check)
    {
        string root = check.Bundle.RootPath;
        if (!Directory.Exists(root))
        {
            check.Error("/root/path", $"There is no directory {root}.", "Unpack the root filesystem there, or correct root.path.");
        }
        else if (Libc.Access(root, Libc.X_OK) is var errno && errno != Errno.None)
        {
            check.Error("/root/path", $"{root} cannot be entered ({errno}).", "The user who makes the container must be able to enter every directory on the way there.");
        }
    }

    private static void CheckMount(HostCheck check, MountSpec mount, string pointer)
    {
        if (MountOptions.Parse(mount.Type, mount.Options).IsBind)
        {
            string source = Path.GetFullPath(mount.Source ?? "", check.Bundle.Path);
            if (!Path.Exists(source))
            {
                check.Error(pointer + "/source", $"There is no {source} to be bound.", "The source of a bind mount must exist on the host.");
            }
        }
        else if (mount.Type is { Length: > 0 } and not ("cgroup" or "cgroup2") && !check.Probe.HasFilesystem(mount.Type))
        {
            check.Warning(pointer + "/type", $"The kernel does not know the filesystem {mount.Type} now.", "It is loaded as a module where there is one: see /proc/filesystems.");
        }
    }
}
