namespace Oci.Runtime.Linux.Planning;

/// <summary>Flags of system calls, by value and in kernel spelling, for one architecture.</summary>
internal sealed class PlanFlags(ProgramArchitecture architecture)
{
    public const long AtFdcwdValue = -100;

    private const long ValueOfPath = 0x200000;
    private const long ValueOfCloseOnExec = 0x80000;

    private readonly PlanCell?[] _howInRoot = new PlanCell?[4];

    public static PlanArgument AtFdcwd => PlanArgument.Number(AtFdcwdValue, "AT_FDCWD");

    public static PlanArgument NoSignal => PlanArgument.Number(0x4000, "MSG_NOSIGNAL");

    public static PlanArgument EmptyPath => PlanArgument.Number(0x1000, "AT_EMPTY_PATH");

    public static PlanArgument EmptyPathRecursive => PlanArgument.Number(0x9000, "AT_EMPTY_PATH|AT_RECURSIVE");

    /// <summary>MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH: from descriptor to descriptor.</summary>
    public static PlanArgument MoveByDescriptors => PlanArgument.Number(0x44, "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH");

    /// <summary>O_PATH|O_CLOEXEC, also for a directory only, and for reading or writing.</summary>
    public PlanArgument OpenPath => PlanArgument.Number(ValueOfPath | ValueOfCloseOnExec, "O_PATH");

    public PlanArgument OpenDirectory => PlanArgument.Number(ValueOfPath | ValueOfCloseOnExec | Directory, "O_PATH|O_DIRECTORY");

    /// <summary>O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC: a new empty file.</summary>
    public PlanArgument CreateFile => PlanArgument.Number(0xC0 | ValueOfCloseOnExec | NoFollow, "O_CREAT|O_EXCL|O_NOFOLLOW");

    /// <summary>The same, to be written.</summary>
    public PlanArgument CreateFileToWrite => PlanArgument.Number(0xC1 | ValueOfCloseOnExec | NoFollow, "O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW");

    public long Directory => architecture == ProgramArchitecture.X64 ? 0x10000 : 0x4000;

    public long NoFollow => architecture == ProgramArchitecture.X64 ? 0x20000 : 0x8000;

    /// <summary>struct open_how for O_PATH in the container's root; one of each kind for the whole plan.</summary>
    public PlanCell HowInRoot(bool isDirectory, bool allowsLinks = true) =>
        _howInRoot[(isDirectory ? 1 : 0) | (allowsLinks ? 2 : 0)] ??= MakeHowInRoot(isDirectory, allowsLinks);

    private PlanCell MakeHowInRoot(bool isDirectory, bool allowsLinks)
    {
        const long noMagicLinks = 0x02, noSymlinks = 0x04, inRoot = 0x10;
        return PlanBuilder.Struct(
            (isDirectory ? "{O_PATH|O_DIRECTORY, RESOLVE_IN_ROOT" : "{O_PATH, RESOLVE_IN_ROOT") + (allowsLinks ? "}" : "|RESOLVE_NO_SYMLINKS}"),
            ValueOfPath | ValueOfCloseOnExec | (isDirectory ? Directory : 0),
            0,
            inRoot | noMagicLinks | (allowsLinks ? 0 : noSymlinks));
    }

    /// <summary>struct open_how for a file below a descriptor, reached by no link: to be read, or O_PATH.</summary>
    public PlanCell HowBeneath(bool isRead)
    {
        const long nonBlocking = 0x800, noMagicLinks = 0x02, noSymlinks = 0x04, beneath = 0x08;
        return PlanBuilder.Struct(
            isRead ? "{O_RDONLY|O_NOFOLLOW|O_NONBLOCK, RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS}" : "{O_PATH|O_NOFOLLOW, RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS}",
            ValueOfCloseOnExec | NoFollow | (isRead ? nonBlocking : ValueOfPath),
            0,
            noMagicLinks | noSymlinks | beneath);
    }

    /// <summary>struct open_how to write a file of procfs below a descriptor of its root.</summary>
    public static PlanCell HowToWriteProc()
    {
        const long writeOnly = 1, noXdev = 0x01, noMagicLinks = 0x02, noSymlinks = 0x04, beneath = 0x08;
        return PlanBuilder.Struct("{O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_SYMLINKS}", writeOnly | ValueOfCloseOnExec, 0, noXdev | noMagicLinks | noSymlinks | beneath);
    }

    /// <summary>The same for a file of the process itself: <c>thread-self</c> is a link within procfs.</summary>
    public static PlanCell HowToWriteOwnProc()
    {
        const long writeOnly = 1, noXdev = 0x01, noMagicLinks = 0x02, beneath = 0x08;
        return PlanBuilder.Struct("{O_WRONLY, RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS}", writeOnly | ValueOfCloseOnExec, 0, noXdev | noMagicLinks | beneath);
    }

    /// <summary>struct open_how for the ptmx of a devpts, below a descriptor of its root: nothing that is mounted there or is a link.</summary>
    public static PlanCell HowToOpenTerminal()
    {
        const long readWriteNoControl = 0x102, noXdev = 0x01, noMagicLinks = 0x02, noSymlinks = 0x04, beneath = 0x08;
        return PlanBuilder.Struct("{O_RDWR|O_NOCTTY, RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_SYMLINKS}", readWriteNoControl | ValueOfCloseOnExec, 0, noXdev | noMagicLinks | noSymlinks | beneath);
    }

    public static PlanArgument Octal(long mode) => PlanArgument.Octal(mode);

    public static PlanArgument Hex(long value) => PlanArgument.Hex(value);
}
