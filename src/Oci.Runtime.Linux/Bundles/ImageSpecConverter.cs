using Oci.Image.Configuration;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>Makes a runtime configuration of an image's (image-spec, conversion.md).</summary>
public static class ImageSpecConverter
{
    /// <summary>Converts an image's configuration.</summary>
    /// <param name="image">The image.</param>
    /// <param name="users">The users of the image's root filesystem: <see cref="UserDatabase.Read"/> once it is unpacked.</param>
    /// <param name="options">What the caller adds; null for nothing.</param>
    /// <exception cref="InvalidSpecException">The image's user is not one of its root filesystem, or nothing is there to run.</exception>
    public static RuntimeSpec Convert(ImageConfig image, UserDatabase users, ImageSpecOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(users);
        options ??= new ImageSpecOptions();
        RuntimeSpec spec = options.Base ?? DefaultSpec.Create();
        ContainerConfig config = image.Config ?? new ContainerConfig();
        ImageUser user = users.Resolve(options.User ?? config.User);
        ProcessSpec process = spec.Process ?? new ProcessSpec { Cwd = "/" };
        return spec with
        {
            Process = process with
            {
                Args = Args(config, options),
                Env = Env(config, options, user),
                Cwd = FirstOf(options.WorkingDirectory, config.WorkingDir) ?? "/",
                User = (process.User ?? new UserSpec()) with
                {
                    Uid = user.Uid,
                    Gid = user.Gid,
                    AdditionalGids = user.AdditionalGids.Count > 0 ? user.AdditionalGids : null,
                },
            },
            Annotations = ImageAnnotations.Merge(spec.Annotations, image, options.Annotations),
            Mounts = options.VolumesAsTmpfs ? WithVolumes(spec.Mounts, config) : spec.Mounts,
        };
    }

    private static List<string> Args(ContainerConfig config, ImageSpecOptions options)
    {
        IReadOnlyList<string> entrypoint = options.Entrypoint ?? config.Entrypoint ?? [];
        IReadOnlyList<string> arguments = options.Args ?? (options.Entrypoint is null ? config.Cmd : null) ?? [];
        List<string> args = [.. entrypoint, .. arguments];
        return args.Count > 0 ? args : throw new InvalidSpecException("image config",
            [new SpecFinding("/config", "It has neither Entrypoint nor Cmd: there is nothing to run.", "Give the command to run.")]);
    }

    // The image's entries stay as they are and in their order; what is added has a name that the image has not.
    private static List<string> Env(ContainerConfig config, ImageSpecOptions options, ImageUser user)
    {
        List<string> env = [.. config.Env ?? []];
        foreach (string entry in options.Env ?? [])
        {
            env.RemoveAll(old => Name(old).SequenceEqual(Name(entry)));
            env.Add(entry);
        }
        AddUnlessThere(env, "PATH", DefaultSpec.Path);
        AddUnlessThere(env, "HOME", user.Home);
        return env;
    }

    private static void AddUnlessThere(List<string> env, string name, string? value)
    {
        if (value is not null && !env.Exists(entry => Name(entry).SequenceEqual(name)))
        {
            env.Add($"{name}={value}");
        }
    }

    private static ReadOnlySpan<char> Name(string entry)
    {
        int equals = entry.IndexOf('=');
        return equals < 0 ? entry : entry.AsSpan(0, equals);
    }

    private static List<MountSpec> WithVolumes(IReadOnlyList<MountSpec>? mounts, ContainerConfig config)
    {
        List<MountSpec> result = [.. mounts ?? []];
        foreach (string destination in (config.Volumes?.Keys ?? []).Order(StringComparer.Ordinal))
        {
            if (!result.Exists(mount => mount.Destination == destination))
            {
                result.Add(new MountSpec { Destination = destination, Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "nodev", "mode=1777"] });
            }
        }
        return result;
    }

    private static string? FirstOf(string? first, string? second) =>
        !string.IsNullOrEmpty(first) ? first : !string.IsNullOrEmpty(second) ? second : null;
}
