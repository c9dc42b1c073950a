using System.Globalization;
using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>
/// The steps of the first process, which leads to the container's process and exits: it joins namespaces, has its ids
/// mapped, enters the cgroup, and makes the container's process as a child of its own parent.
/// </summary>
internal static class PreparePlanner
{
    private const long CLONE_NEWTIME = 0x80;
    private const long CLONE_NEWNS = 0x20000;
    private const long CLONE_NEWCGROUP = 0x2000000;
    private const long CLONE_NEWUTS = 0x4000000;
    private const long CLONE_NEWIPC = 0x8000000;
    internal const long CLONE_NEWUSER = 0x10000000;
    private const long CLONE_NEWPID = 0x20000000;
    private const long CLONE_NEWNET = 0x40000000;
    private const long CLONE_PARENT = 0x8000;

    // In the order that they are joined: the mount namespace last, since the paths are opened in the host's.
    internal static readonly (string Type, string Name, long Flag)[] Types =
    [
        (LinuxNamespaceTypes.Ipc, "CLONE_NEWIPC", CLONE_NEWIPC),
        (LinuxNamespaceTypes.Uts, "CLONE_NEWUTS", CLONE_NEWUTS),
        (LinuxNamespaceTypes.Network, "CLONE_NEWNET", CLONE_NEWNET),
        (LinuxNamespaceTypes.Pid, "CLONE_NEWPID", CLONE_NEWPID),
        (LinuxNamespaceTypes.Cgroup, "CLONE_NEWCGROUP", CLONE_NEWCGROUP),
        (LinuxNamespaceTypes.Time, "CLONE_NEWTIME", CLONE_NEWTIME),
        (LinuxNamespaceTypes.Mount, "CLONE_NEWNS", CLONE_NEWNS),
    ];

    public static void Add(PlanContext context, bool needsParent)
    {
        PlanBuilder builder = context.Builder;
        builder.Phase = PlanPhase.Prepare;
        context.Descriptors.AddTakeOver(builder, InitDescriptors.Failure);
        builder.Begin("starting a session");
        builder.Add(SystemCall.setsid, []);
        builder.Add(SystemCall.umask, [PlanFlags.Octal(0)]);
        AddOomScore(context);

        bool makesUser = context.MakesNamespace(LinuxNamespaceTypes.User);
        bool makesTime = context.MakesNamespace(LinuxNamespaceTypes.Time);
        bool isHidden = !makesUser && !makesTime;
        if (isHidden)
        {
            AddHide(builder);
        }
        AddJoins(context);
        if (makesUser)
        {
            builder.Begin("making the user namespace", Pointer(context, LinuxNamespaceTypes.User));
            builder.Add(SystemCall.unshare, [PlanArgument.Number(CLONE_NEWUSER, "CLONE_NEWUSER")]);
        }
        if (makesUser || needsParent)
        {
            builder.Begin("waiting for the ids to be mapped and the cgroup to be entered");
            context.SendToParent(PlanBuilder.Struct("prepare", (long)PlanMark.Prepare, 0));
            context.AwaitParent();
        }
        if (makesTime)
        {
            AddTime(context);
        }
        if (makesUser)
        {
            AddBecomeRoot(context);
        }
        if (!isHidden)
        {
            AddHide(builder);
        }
        AddClone(context);
    }

    internal static void AddOomScore(PlanContext context)
    {
        if (context.Process.OomScoreAdj is not int score)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        builder.Begin($"setting the OOM score to {score}", "/process/oomScoreAdj", "/proc/self/oom_score_adj");
        PlanCell file = PlanCell.Slot("file");
        string text = score.ToString(CultureInfo.InvariantCulture);
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text("/proc/self/oom_score_adj"), PlanArgument.Number(0x80001, "O_WRONLY"), 0], result: file);
        builder.Add(SystemCall.write, [file, builder.Text(text), text.Length], isExact: true);
        builder.Add(SystemCall.close, [file]);
    }

    /// <summary>PR_SET_DUMPABLE 0: who is in the namespaces already cannot open our descriptors (CVE-2016-9962).</summary>
    internal static void AddHide(PlanBuilder builder)
    {
        builder.Begin("hiding from the processes of the namespaces");
        builder.Add(SystemCall.prctl, [PlanArgument.Number(4, "PR_SET_DUMPABLE"), 0, 0, 0, 0]);
    }

    private static void AddJoins(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        var joins = new List<(string Type, string Path, string Name, long Flag, PlanCell File, PlanCell Done)>();
        LinuxNamespace? user = context.Namespace(LinuxNamespaceTypes.User) is { Path: not (null or "") } joined ? joined : null;
        PlanCell userFile = PlanCell.Slot("user");
        if (user is not null)
        {
            Open(LinuxNamespaceTypes.User, user.Path!, userFile);
        }
        foreach ((string type, string name, long flag) in Types)
        {
            if (context.Namespace(type) is { Path: not (null or "") } ns)
            {
                PlanCell file = PlanCell.Slot(type);
                Open(type, ns.Path!, file);
                joins.Add((type, ns.Path!, name, flag, file, PlanCell.Slot($"{type}-joined", -1)));
            }
        }
        // With rights of the host first; what is owned by the joined user namespace needs rights that joining it gives.
        foreach (var join in joins)
        {
            builder.Begin($"joining the {join.Type} namespace {join.Path}", Pointer(context, join.Type) + "/path", join.Path);
            builder.Add(SystemCall.setns, [join.File, PlanArgument.Number(join.Flag, join.Name)], user is null ? [] : [Errno.EPERM], join.Done);
        }
        if (user is null)
        {
            return;
        }
        builder.Begin($"joining the user namespace {user.Path}", Pointer(context, LinuxNamespaceTypes.User) + "/path", user.Path);
        builder.Add(SystemCall.setns, [userFile, PlanArgument.Number(CLONE_NEWUSER, "CLONE_NEWUSER")]);
        AddBecomeRoot(context);
        foreach (var join in joins)
        {
            PlanLabel done = builder.NewLabel();
            builder.Begin($"joining the {join.Type} namespace {join.Path}", Pointer(context, join.Type) + "/path", join.Path);
            builder.JumpIf(join.Done, -1, 0, done);
            builder.Add(SystemCall.setns, [join.File, PlanArgument.Number(join.Flag, join.Name)]);
            builder.Place(done);
        }

        void Open(string type, string path, PlanCell file)
        {
            builder.Begin($"opening the {type} namespace {path}", Pointer(context, type) + "/path", path);
            builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text(path), PlanArgument.Number(0x80000, "O_RDONLY"), 0], result: file);
        }
    }

    private static void AddTime(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        builder.Begin("making the time namespace", Pointer(context, LinuxNamespaceTypes.Time));
        builder.Add(SystemCall.unshare, [PlanArgument.Number(CLONE_NEWTIME, "CLONE_NEWTIME")]);
        if (context.Spec.Linux?.TimeOffsets is not { Count: > 0 } offsets)
        {
            return;
        }
        var text = new StringBuilder();
        foreach ((string clock, LinuxTimeOffset offset) in offsets.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{clock} {offset.Secs ?? 0} {offset.Nanosecs ?? 0}\n");
        }
        builder.Begin("setting the time offsets", "/linux/timeOffsets", "/proc/self/timens_offsets");
        PlanCell file = PlanCell.Slot("file");
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text("/proc/self/timens_offsets"), PlanArgument.Number(0x80001, "O_WRONLY"), 0], result: file);
        builder.Add(SystemCall.write, [file, builder.Text(text.ToString()), text.Length], isExact: true);
        builder.Add(SystemCall.close, [file]);
    }

    /// <summary>Where 0 is not mapped (EINVAL), the process stays who it is.</summary>
    internal static void AddBecomeRoot(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        builder.Begin("becoming root of the user namespace");
        builder.Add(SystemCall.setgroups, [0, 0], [Errno.EPERM]);
        builder.Add(SystemCall.setresgid, [0, 0, 0], [Errno.EINVAL]);
        builder.Add(SystemCall.setresuid, [0, 0, 0], [Errno.EINVAL]);
    }

    /// <summary>Makes the process that goes on, in the new namespaces; it is the parent's child, and handed over to it.</summary>
    internal static void AddClone(PlanContext context, string label = "making the container's process in its namespaces")
    {
        PlanBuilder builder = context.Builder;
        long flags = CLONE_PARENT;
        string names = "CLONE_PARENT";
        foreach ((string type, string name, long flag) in Types)
        {
            if (context.MakesNamespace(type) && type is not LinuxNamespaceTypes.Time)
            {
                flags |= flag;
                names += "|" + name;
            }
        }
        builder.Begin(label, "/linux/namespaces");
        // struct clone_args, 88 bytes. CLONE_PARENT wants exit_signal 0: it is inherited from this process, SIGCHLD.
        PlanCell arguments = PlanBuilder.Struct($"{{{names}}}", flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        PlanCell pid = PlanCell.Slot("pid");
        PlanLabel child = builder.NewLabel();
        builder.Add(SystemCall.clone3, [PlanArgument.AddressOf(arguments), 88], result: pid);
        builder.JumpIf(pid, -1, 0, child);
        builder.Begin("leaving the process to its parent");
        builder.Add(SystemCall.exit_group, [0]);
        builder.Place(child);
        builder.Phase = PlanPhase.Namespaces;
        AddHandOver(context);
    }

    /// <summary>The process hands itself over, before all else: whatever happens to it later, the parent holds it by then.</summary>
    private static void AddHandOver(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        builder.Begin("handing the process over");
        PlanCell self = PlanCell.Slot("self");
        PlanCell descriptor = PlanCell.Slot("pidfd");
        builder.Add(SystemCall.getpid, [], result: self);
        builder.Add(SystemCall.pidfd_open, [self, 0], result: descriptor);
        context.SendDescriptorToParent(PlanBuilder.Struct("made", (long)PlanMark.Made, 0), descriptor);
        builder.Add(SystemCall.close, [descriptor]);
    }

    internal static string? Pointer(PlanContext context, string type)
    {
        IReadOnlyList<LinuxNamespace>? namespaces = context.Spec.Linux?.Namespaces;
        for (int i = 0; i < (namespaces?.Count ?? 0); i++)
        {
            if (string.Equals(namespaces![i].Type, type, StringComparison.Ordinal))
            {
                return JsonPointer.Item("/linux/namespaces", i);
            }
        }
        return null;
    }
}
