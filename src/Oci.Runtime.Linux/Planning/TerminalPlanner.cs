using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that give the process a terminal of the container's own devpts (pty(7), ioctl_tty(2)).</summary>
internal static class TerminalPlanner
{
    public const string Pointer = "/process/terminal";

    private const long DevptsSuperMagic = 0x1cd1;
    private const long ReadWriteNoControl = 0x80102; // O_RDWR|O_NOCTTY|O_CLOEXEC

    /// <summary>Makes the terminal, hands its master to the parent, and makes it the process's controlling terminal and standard streams.</summary>
    /// <param name="context">Its root must be open.</param>
    /// <param name="hasConsole">Whether it becomes <c>/dev/console</c> too.</param>
    public static void Add(PlanContext context, bool hasConsole)
    {
        if (context.Process.Terminal != true)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        PlanCell master = PlanCell.Slot("master");
        PlanCell terminal = PlanCell.Slot("terminal");
        PlanCell mark = PlanBuilder.Struct("terminal", (long)PlanMark.Terminal, 0);
        AddOpen(context, master, terminal, mark);
        AddSize(context, master);
        if (hasConsole)
        {
            AddConsole(context, terminal);
        }
        builder.Begin("making the terminal the controlling one", Pointer);
        // A session of its own: the one that the process is in has its leader outside.
        builder.Add(SystemCall.setsid, []);
        for (int number = 0; number < 3; number++)
        {
            builder.Add(SystemCall.dup3, [terminal, number, 0]);
        }
        builder.Add(SystemCall.ioctl, [0, PlanArgument.Number(0x540E, "TIOCSCTTY"), 0]);
        builder.Add(SystemCall.close, [terminal]);
        builder.Begin("handing the terminal over", Pointer);
        context.SendDescriptorToParent(mark, master);
        builder.Add(SystemCall.close, [master]);
        context.AwaitParent();
    }

    /// <summary>Nothing is opened by a path that the container could turn elsewhere: /dev/pts must be a devpts, and ptmx its own.</summary>
    private static void AddOpen(PlanContext context, PlanCell master, PlanCell terminal, PlanCell mark)
    {
        PlanBuilder builder = context.Builder;
        PlanCell folder = PlanCell.Slot("pts");
        builder.Begin("opening a terminal in /dev/pts", Pointer, "/dev/pts");
        RootPaths.OpenDirectory(context, "/dev/pts", folder);
        NamespacePlanner.AddExpectFilesystem(builder, folder, DevptsSuperMagic, Errno.ENODEV);
        builder.Add(SystemCall.openat2, [folder, builder.Text("ptmx"), PlanArgument.AddressOf(PlanFlags.HowToOpenTerminal()), 24], result: master);
        builder.Add(SystemCall.close, [folder]);
        builder.Add(SystemCall.ioctl, [master, PlanArgument.Number(0x40045431, "TIOCSPTLCK"), PlanArgument.AddressOf(PlanCell.Slot("{0}"))]);
        builder.Add(SystemCall.ioctl, [master, PlanArgument.Number(0x80045430, "TIOCGPTN"), PlanArgument.AddressOf(mark, 8)]);
        builder.Add(SystemCall.ioctl, [master, PlanArgument.Number(0x5441, "TIOCGPTPEER"), PlanArgument.Number(ReadWriteNoControl, "O_RDWR|O_NOCTTY")], result: terminal);
        uint uid = context.Process.User?.Uid ?? 0;
        if (uid != 0)
        {
            // The group stays the one that the mount says. What cannot be (an id that is not mapped) is told when the user is changed.
            builder.Begin($"giving the terminal to user {uid}", "/process/user/uid");
            builder.Add(
                SystemCall.fchownat,
                [terminal, builder.Text(""), uid, PlanArgument.Number(-1), PlanFlags.EmptyPath],
                [Errno.EINVAL, Errno.EPERM, Errno.EROFS]);
        }
    }

    private static void AddSize(PlanContext context, PlanCell master)
    {
        if (context.Process.ConsoleSize is not { } size)
        {
            return;
        }
        // struct winsize: rows, columns, and two members that nobody uses. They were checked to fit.
        PlanCell value = PlanBuilder.Struct($"{{{size.Height} rows, {size.Width} columns}}", (long)(size.Height | (size.Width << 16)));
        context.Builder.Begin($"setting the terminal to {size.Height} rows of {size.Width}", "/process/consoleSize");
        context.Builder.Add(SystemCall.ioctl, [master, PlanArgument.Number(0x5414, "TIOCSWINSZ"), PlanArgument.AddressOf(value)]);
    }

    /// <summary>By the terminal's own descriptor: by its path it could be anything by now (CVE-2025-52565).</summary>
    private static void AddConsole(PlanContext context, PlanCell terminal)
    {
        PlanBuilder builder = context.Builder;
        PlanCell tree = PlanCell.Slot("tree");
        PlanCell place = PlanCell.Slot("place");
        builder.Begin("binding the terminal at /dev/console", Pointer, "/dev/console");
        RootPaths.OpenOrCreateFile(context, "/dev/console", place, allowsLinks: false);
        builder.Add(SystemCall.open_tree, [terminal, builder.Text(""), PlanArgument.Number(0x81001, "OPEN_TREE_CLONE|AT_EMPTY_PATH")], result: tree);
        MountPlanner.AddMove(context, tree, place);
    }
}
