using System.Globalization;
using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that put the root filesystem together of layer directories, in the container's own mount namespace.</summary>
/// <remarks>
/// Layers are named one by one (<c>lowerdir+</c>, kernel 6.5), so that their number meets no limit of a page; on older
/// kernels in one string, relative to their common directory.
/// </remarks>
internal static class OverlayPlanner
{
    /// <summary>How the label of the steps starts.</summary>
    public const string Label = "mounting the layers of the root filesystem";

    // fsconfig(2) takes strings of 255 bytes, mount(2) a page with its NUL.
    private const int MaxString = 255;
    private const int MaxPage = 4095;

    public static void Add(PlanContext context, OverlayRoot overlay, string path)
    {
        PlanBuilder builder = context.Builder;
        builder.Begin($"{Label} at {path}", "/root/path", path);
        PlanCell place = PlanCell.Slot("place");
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text(path), context.Flags.OpenDirectory, 0], result: place);
        if (overlay.Upper is null)
        {
            place = AddMemory(context, overlay, place);
        }
        PlanLabel old = builder.NewLabel();
        PlanLabel mounted = builder.NewLabel();
        if (!overlay.UsesMountCall)
        {
            AddByLayer(context, overlay, place, old);
            builder.Jump(mounted);
        }
        builder.Place(old);
        AddByString(context, overlay, path);
        builder.Place(mounted);
        builder.Add(SystemCall.close, [place]);
        builder.Add(SystemCall.chdir, [builder.Text("/")]);
    }

    /// <summary>A tmpfs at the root's place, which the overlay will cover, with the directories to write to.</summary>
    private static PlanCell AddMemory(PlanContext context, OverlayRoot overlay, PlanCell place)
    {
        PlanBuilder builder = context.Builder;
        PlanCell memory = PlanCell.Slot("memory");
        List<string> data = ["mode=700"];
        if (overlay.MaxMemory is long limit)
        {
            data.Add(string.Create(CultureInfo.InvariantCulture, $"size={limit}"));
        }
        MountPlanner.AddNewFilesystem(context, "tmpfs", "tmpfs", data, attributes: 0, memory);
        builder.Add(SystemCall.move_mount, [memory, builder.Text(""), place, builder.Text(""), PlanFlags.MoveByDescriptors]);
        builder.Add(SystemCall.close, [place]);
        builder.Add(SystemCall.mkdirat, [memory, builder.Text("work"), PlanFlags.Octal(0x1C0 /* 0700 */)]);
        builder.Add(SystemCall.mkdirat, [memory, builder.Text("upper"), PlanFlags.Octal(overlay.Mode)]);
        // In a user namespace, what belongs to who made the layers is root's, as is what is made here.
        if (!context.HasUserNamespace && (overlay.Uid != 0 || overlay.Gid != 0))
        {
            builder.Add(SystemCall.fchownat, [memory, builder.Text("upper"), overlay.Uid, overlay.Gid, 0]);
        }
        return memory;
    }

    private static void AddByLayer(PlanContext context, OverlayRoot overlay, PlanCell place, PlanLabel onOldKernel)
    {
        PlanBuilder builder = context.Builder;
        PlanCell files = PlanCell.Slot("fs");
        builder.Add(SystemCall.fsopen, [builder.Text("overlay"), PlanArgument.Number(1, "FSOPEN_CLOEXEC")], result: files);
        MountPlanner.AddOption(builder, files, "source", "overlay");
        if (context.HasUserNamespace)
        {
            MountPlanner.AddOption(builder, files, "userxattr", null);
        }
        bool isFirst = true;
        foreach (string layer in overlay.Lower.Reverse())
        {
            PlanArgument name = AddDirectory(builder, layer);
            ReadOnlySpan<Errno> unknown = isFirst ? [Errno.EINVAL] : [];
            builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(1, "FSCONFIG_SET_STRING"), builder.Text("lowerdir+"), name, 0], unknown, onError: isFirst ? onOldKernel : null);
            isFirst = false;
        }
        if (overlay.Upper is null)
        {
            builder.Add(SystemCall.fchdir, [place]);
        }
        foreach ((string key, string directory) in Writable(overlay, memory: ""))
        {
            builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(1, "FSCONFIG_SET_STRING"), builder.Text(key), AddDirectory(builder, directory), 0]);
        }
        builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(6, "FSCONFIG_CMD_CREATE"), 0, 0, 0]);
        builder.Add(SystemCall.fsmount, [files, PlanArgument.Number(1, "FSMOUNT_CLOEXEC"), 0], result: context.Root);
        builder.Add(SystemCall.close, [files]);
        builder.Add(SystemCall.move_mount, [context.Root, builder.Text(""), place, builder.Text(""), PlanFlags.MoveByDescriptors]);
    }

    /// <summary>A path as fsconfig(2) takes it; where that is too long, or has what overlayfs takes for an escape, the directory is entered.</summary>
    private static PlanArgument AddDirectory(PlanBuilder builder, string path)
    {
        if (Encoding.UTF8.GetByteCount(path) <= MaxString && !path.Contains('\\', StringComparison.Ordinal))
        {
            return builder.Text(path);
        }
        builder.Add(SystemCall.chdir, [builder.Text(path)]);
        return builder.Text(".");
    }

    private static void AddByString(PlanContext context, OverlayRoot overlay, string path)
    {
        PlanBuilder builder = context.Builder;
        string common = CommonDirectory(overlay.Lower);
        string data = "lowerdir=" + string.Join(':', overlay.Lower.Reverse().Select(layer => Escape(Path.GetRelativePath(common, layer), "\\:,")));
        foreach ((string key, string directory) in Writable(overlay, path))
        {
            data += $",{key}={Escape(directory, "\\,")}";
        }
        if (context.HasUserNamespace)
        {
            data += ",userxattr";
        }
        if (Encoding.UTF8.GetByteCount(data) > MaxPage)
        {
            // Known only where it matters: on kernels that take one string of all layers.
            builder.Fail(Errno.E2BIG);
            return;
        }
        builder.Add(SystemCall.chdir, [builder.Text(common)]);
        builder.Add(SystemCall.mount, [builder.Text("overlay"), builder.Text(path), builder.Text("overlay"), 0, builder.Text(data)]);
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text(path), context.Flags.OpenDirectory, 0], result: context.Root);
    }

    private static (string Key, string Directory)[] Writable(OverlayRoot overlay, string memory) =>
    [
        ("upperdir", overlay.Upper ?? Path.Combine(memory, "upper")),
        ("workdir", overlay.Work ?? Path.Combine(memory, "work")),
    ];

    private static string CommonDirectory(IReadOnlyList<string> paths)
    {
        string common = Path.GetDirectoryName(paths[0]) ?? "/";
        while (!paths.All(p => p.StartsWith(common == "/" ? "/" : common + "/", StringComparison.Ordinal)))
        {
            common = Path.GetDirectoryName(common) ?? "/";
        }
        return common;
    }

    private static string Escape(string path, string special) => string.Concat(path.Select(c => special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));
}
