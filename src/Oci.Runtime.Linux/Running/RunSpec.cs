using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Running;

/// <summary>The configuration of a run: the image's, the caller's options, and the protections that container engines give.</summary>
internal static class RunSpec
{
    private const string ResolverFile = "/etc/resolv.conf";

    public static ImageSpecOptions ForImage(IReadOnlyList<string>? args, RunOptions options) => new()
    {
        Args = args,
        Entrypoint = options.Entrypoint,
        Env = options.Environment,
        User = options.User,
        WorkingDirectory = options.WorkingDirectory,
    };

    /// <summary>Adds what is not of the image.</summary>
    public static RuntimeSpec Complete(RuntimeSpec spec, string name, RunOptions options)
    {
        List<MountSpec> mounts = [.. spec.Mounts ?? []];
        LinuxSpec linux = spec.Linux!;
        if (options.Network == RunNetwork.Host)
        {
            linux = linux with { Namespaces = [.. linux.Namespaces!.Where(n => n.Type is not LinuxNamespaceTypes.Network)] };
            if (File.Exists(ResolverFile))
            {
                mounts.Add(new MountSpec { Destination = ResolverFile, Type = "bind", Source = ResolverFile, Options = ["bind", "ro", "nosuid", "nodev", "noexec"] });
            }
        }
        if (options.Resources is LinuxResources resources)
        {
            linux = linux with { Resources = resources.Devices is null ? resources with { Devices = linux.Resources?.Devices } : resources };
        }
        mounts.AddRange(options.Mounts);
        spec = spec with
        {
            Hostname = options.Hostname ?? name,
            Root = spec.Root! with { Readonly = options.ReadonlyRoot ? true : null },
            Mounts = mounts,
            Linux = linux with { Seccomp = SeccompProfiles.CreateDefault(spec.Process!.Capabilities) },
        };
        return options.Configure is null
            ? spec
            : options.Configure(spec) ?? throw new InvalidOperationException("RunOptions.Configure gave no configuration.");
    }
}
