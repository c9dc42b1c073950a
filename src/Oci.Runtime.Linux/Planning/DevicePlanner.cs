using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that make the default devices, those of the configuration, and the links in <c>/dev</c>.</summary>
internal static class DevicePlanner
{
    private const long S_IFMT = 0xF000;

    // runtime-spec, config-linux.md, "Default Devices". /dev/console and /dev/ptmx are made apart.
    private static readonly LinuxDevice[] Defaults =
    [
        Character("/dev/null", 1, 3), Character("/dev/zero", 1, 5), Character("/dev/full", 1, 7),
        Character("/dev/random", 1, 8), Character("/dev/urandom", 1, 9), Character("/dev/tty", 5, 0),
    ];

    private static readonly (string Link, string Target)[] Links =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
    ];

    public static void Add(PlanContext context)
    {
        // Who binds a whole /dev has made its devices.
        if (context.Spec.Mounts?.Any(m => RootPaths.Clean(m.Destination) is "/dev" && MountOptions.Parse(m.Type, m.Options).IsBind) == true)
        {
            return;
        }
        context.Builder.Phase = PlanPhase.Devices;
        IReadOnlyList<LinuxDevice> devices = context.Spec.Linux?.Devices ?? [];
        var given = devices.Select(d => RootPaths.Clean(d.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (LinuxDevice device in Defaults.Where(d => !given.Contains(d.Path)))
        {
            AddDevice(context, device, null);
        }
        for (int i = 0; i < devices.Count; i++)
        {
            AddDevice(context, devices[i], JsonPointer.Item("/linux/devices", i));
        }
        AddLinks(context);
    }

    private static LinuxDevice Character(string path, long major, long minor) =>
        new() { Path = path, Type = "c", Major = major, Minor = minor, FileMode = 0x1B6 /* 0666 */, Uid = 0, Gid = 0 };

    private static void AddDevice(PlanContext context, LinuxDevice device, string? pointer)
    {
        PlanBuilder builder = context.Builder;
        string path = RootPaths.Clean(device.Path);
        builder.Begin($"making the device {path}", pointer, path);
        if (context.HasUserNamespace && device.Type is not "p")
        {
            AddBound(context, device, path);
            return;
        }
        string name = Path.GetFileName(path);
        PlanCell folder = PlanCell.Slot("folder");
        RootPaths.OpenOrCreateDirectory(context, Path.GetDirectoryName(path)!, folder);
        PlanLabel made = builder.NewLabel();
        PlanLabel done = builder.NewLabel();
        long mode = (device.FileMode ?? 0x1B6 /* 0666 */) & 0xFFF;
        builder.Add(
            SystemCall.mknodat,
            [folder, builder.Text(name), PlanFlags.Octal(TypeOf(device) | mode), DeviceNumber(device.Major ?? 0, device.Minor ?? 0)],
            [Errno.EEXIST],
            onSuccess: made);
        // Something is there already: it must be the same device.
        AddExpectDevice(context, folder, builder.Text(name), device);
        builder.Jump(done);
        builder.Place(made);
        builder.Add(SystemCall.fchownat, [folder, builder.Text(name), device.Uid ?? 0, device.Gid ?? 0, PlanArgument.Number(0x100, "AT_SYMLINK_NOFOLLOW")]);
        builder.Place(done);
        builder.Add(SystemCall.close, [folder]);
    }

    /// <summary>In a user namespace no node can be made: the host's own is bound.</summary>
    private static void AddBound(PlanContext context, LinuxDevice device, string path)
    {
        PlanCell tree = PlanCell.Slot("tree");
        PlanCell place = PlanCell.Slot("place");
        MountPlanner.AddOpenTree(context, path, isRecursive: false, tree);
        AddExpectDevice(context, tree, context.Builder.Text(""), device);
        RootPaths.OpenOrCreateFile(context, path, place);
        MountPlanner.AddMove(context, tree, place);
    }

    private static void AddExpectDevice(PlanContext context, PlanCell folder, PlanArgument name, LinuxDevice device)
    {
        const int modeOffset = 28, numberOffset = 128;
        PlanBuilder builder = context.Builder;
        PlanCell status = new("statx", new byte[256]);
        builder.Add(
            SystemCall.statx,
            [folder, name, PlanArgument.Number(0x1100, "AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH"), PlanArgument.Number(0x3, "STATX_TYPE|STATX_MODE"), PlanArgument.AddressOf(status)]);
        builder.Expect(PlanArgument.ValueOf(status, modeOffset), S_IFMT, TypeOf(device), Errno.EEXIST);
        if (device.Type is not "p")
        {
            builder.Expect(PlanArgument.ValueOf(status, numberOffset), -1, (device.Major ?? 0) | ((device.Minor ?? 0) << 32), Errno.EEXIST);
        }
    }

    private static long TypeOf(LinuxDevice device) => device.Type switch
    {
        "b" => 0x6000,
        "p" => 0x1000,
        _ => 0x2000,
    };

    /// <summary>new_encode_dev of the kernel: 12 bits of major between 8 and 12 bits of minor.</summary>
    internal static PlanArgument DeviceNumber(long major, long minor) =>
        PlanArgument.Number((minor & 0xff) | (major << 8) | ((minor & ~0xffL) << 12), $"{major}:{minor}");

    private static void AddLinks(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        PlanCell dev = PlanCell.Slot("dev");
        builder.Begin("making the links in /dev", null, "/dev");
        RootPaths.OpenOrCreateDirectory(context, "/dev", dev);
        foreach ((string link, string target) in Links)
        {
            builder.Add(SystemCall.symlinkat, [builder.Text(target), dev, builder.Text(link)], [Errno.EEXIST]);
        }
        PlanLabel noCore = builder.NewLabel();
        builder.Add(SystemCall.faccessat2, [PlanFlags.AtFdcwd, builder.Text("/proc/kcore"), 0, 0], [Errno.ENOENT, Errno.EACCES], onError: noCore);
        builder.Add(SystemCall.symlinkat, [builder.Text("/proc/kcore"), dev, builder.Text("core")], [Errno.EEXIST]);
        builder.Place(noCore);
        builder.Add(SystemCall.unlinkat, [dev, builder.Text("ptmx"), 0], [Errno.ENOENT]);
        builder.Add(SystemCall.symlinkat, [builder.Text("pts/ptmx"), dev, builder.Text("ptmx")]);
        builder.Add(SystemCall.close, [dev]);
    }
}
