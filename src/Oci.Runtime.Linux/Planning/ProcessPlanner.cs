using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that make the process what the configuration says: directory, limits, ids, capabilities.</summary>
internal static class ProcessPlanner
{
    private const uint DefaultUmask = 0x12; // 0022

    /// <summary>A missing working directory is made, as runc does; still as root, and in the root.</summary>
    public static void AddWorkingDirectory(PlanContext context)
    {
        string path = context.Process.Cwd;
        PlanCell directory = PlanCell.Slot("cwd");
        context.Builder.Phase = PlanPhase.Devices;
        context.Builder.Begin($"making the working directory {path}", "/process/cwd", path);
        RootPaths.OpenOrCreateDirectory(context, path, directory);
        context.Builder.Add(SystemCall.close, [directory]);
    }

    public static void Add(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        builder.Phase = PlanPhase.Process;
        AddLimits(context);
        AddPersonality(context);
        AddIoPriority(context);
        SchedulingPlanner.AddScheduler(context);
        SchedulingPlanner.AddMemoryPolicy(context);
        SecurityLabelPlanner.Add(context);

        // As root first; a directory that root may not enter is tried again as the user.
        PlanCell entered = PlanCell.Slot("entered", -1);
        BeginDirectory(context);
        builder.Add(SystemCall.chdir, [builder.Text(context.Process.Cwd)], [Errno.EACCES, Errno.EPERM], entered);

        SeccompPlanner.AddBeforeCapabilities(context);
        AddIds(context);
        AddDirectory(context, entered);
        if (context.Process.NoNewPrivileges == true)
        {
            builder.Begin("forbidding new privileges", "/process/noNewPrivileges");
            builder.Add(SystemCall.prctl, [PlanArgument.Number(38, "PR_SET_NO_NEW_PRIVS"), 1, 0, 0, 0]);
        }
        builder.Begin("setting the file mode mask", context.Process.User?.Umask is null ? null : "/process/user/umask");
        builder.Add(SystemCall.umask, [PlanFlags.Octal(context.Process.User?.Umask ?? DefaultUmask)]);
    }

    private static void BeginDirectory(PlanContext context) =>
        context.Builder.Begin($"entering the working directory {context.Process.Cwd}", "/process/cwd", context.Process.Cwd);

    private static void AddLimits(PlanContext context)
    {
        IReadOnlyList<PosixRlimit> limits = context.Process.Rlimits ?? [];
        for (int i = 0; i < limits.Count; i++)
        {
            PosixRlimit limit = limits[i];
            context.Builder.Begin($"limiting {limit.Type} to {limit.Soft}, at most {limit.Hard}", JsonPointer.Item("/process/rlimits", i));
            PlanCell value = PlanBuilder.Struct($"{{{limit.Soft}, {limit.Hard}}}", unchecked((long)limit.Soft), unchecked((long)limit.Hard));
            int resource = RlimitTypes.GetNumber(limit.Type);
            if (!context.HasUserNamespace)
            {
                AddLimit([]);
                continue;
            }
            // A hard limit is raised by rights of the initial user namespace alone, which the parent may have.
            PlanLabel isSet = context.Builder.NewLabel();
            AddLimit([Errno.EPERM], isSet);
            ParentCalls.Ask(context, new LimitRequest(context.Builder.Label, context.Builder.SpecPointer, null) { Resource = resource, Soft = limit.Soft, Hard = limit.Hard });
            context.Builder.Place(isSet);

            void AddLimit(ReadOnlySpan<Errno> tolerates, PlanLabel? onSuccess = null) =>
                context.Builder.Add(
                    SystemCall.prlimit64,
                    [0, PlanArgument.Number(resource, limit.Type), PlanArgument.AddressOf(value), 0],
                    tolerates,
                    onSuccess: onSuccess);
        }
    }

    private static void AddPersonality(PlanContext context)
    {
        if (context.Spec.Linux?.Personality is { } personality)
        {
            // LINUX32 is PER_LINUX32 of personality(2).
            context.Builder.Begin($"setting the personality {personality.Domain}", "/linux/personality");
            context.Builder.Add(SystemCall.personality, [PlanFlags.Hex(personality.Domain is "LINUX32" ? 8 : 0)]);
        }
    }

    private static void AddIoPriority(PlanContext context)
    {
        if (context.Process.IoPriority is not { } io)
        {
            return;
        }
        long ioClass = io.Class switch { "IOPRIO_CLASS_RT" => 1, "IOPRIO_CLASS_BE" => 2, _ => 3 };
        context.Builder.Begin($"setting the I/O priority {io.Class} {io.Priority ?? 0}", "/process/ioPriority");
        context.Builder.Add(SystemCall.ioprio_set, [PlanArgument.Number(1, "IOPRIO_WHO_PROCESS"), 0, (ioClass << 13) | (uint)(io.Priority ?? 0)]);
    }

    private static void AddDirectory(PlanContext context, PlanCell entered)
    {
        const int size = 4096;
        PlanBuilder builder = context.Builder;
        PlanLabel inside = builder.NewLabel();
        PlanCell name = new("name", new byte[size]);
        BeginDirectory(context);
        builder.JumpIf(entered, -1, 0, inside);
        builder.Add(SystemCall.chdir, [builder.Text(context.Process.Cwd)]);
        builder.Place(inside);
        // A directory outside the root has a name that begins with "(unreachable)" (getcwd(3), CVE-2024-21626).
        builder.Add(SystemCall.getcwd, [PlanArgument.AddressOf(name), size]);
        builder.Expect(PlanArgument.ValueOf(name), 0xff, '/', Errno.EXDEV);
    }

    /// <summary>Bounding set first, then ids with the permitted set kept, then the sets themselves.</summary>
    private static void AddIds(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        ulong available = context.Namespace(LinuxNamespaceTypes.User) is null ? context.Host.Capabilities : ulong.MaxValue;
        LinuxCapabilities? sets = context.Process.Capabilities;
        ulong bounding = Mask(context, sets?.Bounding, available, "bounding");
        for (int number = 0; number < LinuxCapabilityNames.All.Count; number++)
        {
            if ((bounding & (1UL << number)) == 0)
            {
                string name = LinuxCapabilityNames.All[number];
                builder.Begin($"dropping {name} from the bounding set", "/process/capabilities/bounding");
                // EINVAL: the kernel is older than the capability.
                builder.Add(SystemCall.prctl, [PlanArgument.Number(24, "PR_CAPBSET_DROP"), PlanArgument.Number(number, name), 0, 0, 0], [Errno.EINVAL]);
            }
        }
        AddUser(context);

        // What is in no set that capset(2) wants it in is left out, of which the validator has warned: runc's and crun's own
        // `spec` ask for ambient capabilities without inheritable ones.
        ulong permitted = Mask(context, sets?.Permitted, available, "permitted");
        ulong effective = Mask(context, sets?.Effective, available, "effective") & permitted;
        ulong inheritable = Mask(context, sets?.Inheritable, available, "inheritable");
        ulong ambient = Mask(context, sets?.Ambient, available, "ambient") & permitted & inheritable;
        builder.Begin("setting the capabilities", "/process/capabilities");
        builder.Add(SystemCall.capset, [PlanArgument.AddressOf(Header()), PlanArgument.AddressOf(Data(effective, permitted, inheritable))]);
        builder.Add(SystemCall.prctl, [PlanArgument.Number(47, "PR_CAP_AMBIENT"), PlanArgument.Number(4, "PR_CAP_AMBIENT_CLEAR_ALL"), 0, 0, 0]);
        for (int number = 0; number < LinuxCapabilityNames.All.Count; number++)
        {
            if ((ambient & (1UL << number)) != 0)
            {
                string name = LinuxCapabilityNames.All[number];
                builder.Begin($"raising {name} in the ambient set", "/process/capabilities/ambient");
                builder.Add(SystemCall.prctl, [PlanArgument.Number(47, "PR_CAP_AMBIENT"), PlanArgument.Number(2, "PR_CAP_AMBIENT_RAISE"), PlanArgument.Number(number, name), 0, 0]);
            }
        }
    }

    private static void AddUser(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        uint uid = context.Process.User?.Uid ?? 0;
        uint gid = context.Process.User?.Gid ?? 0;
        IReadOnlyList<uint> groups = context.Process.User?.AdditionalGids ?? [];
        builder.Begin("keeping the capabilities while the user changes", "/process/user");
        builder.Add(SystemCall.prctl, [PlanArgument.Number(8, "PR_SET_KEEPCAPS"), 1, 0, 0, 0]);
        builder.Begin($"setting the supplementary groups ({string.Join(", ", groups)})", "/process/user/additionalGids");
        var list = new PlanCell("groups", MemoryMarshal.AsBytes(groups.ToArray().AsSpan()).ToArray());
        // EPERM: setgroups is denied in a user namespace whose maps an ordinary user wrote; with no groups to set, that is no harm.
        builder.Add(
            SystemCall.setgroups,
            [groups.Count, groups.Count == 0 ? 0 : PlanArgument.AddressOf(list)],
            groups.Count == 0 && context.HasUserNamespace ? [Errno.EPERM] : []);
        builder.Begin($"becoming group {gid}", "/process/user/gid");
        builder.Add(SystemCall.setresgid, [gid, gid, gid]);
        builder.Begin($"becoming user {uid}", "/process/user/uid");
        builder.Add(SystemCall.setresuid, [uid, uid, uid]);
        builder.Begin("no longer keeping the capabilities", "/process/user");
        builder.Add(SystemCall.prctl, [PlanArgument.Number(8, "PR_SET_KEEPCAPS"), 0, 0, 0, 0]);
    }

    /// <summary>What the host cannot give is left out with a warning, as the spec demands of a runtime.</summary>
    private static ulong Mask(PlanContext context, IReadOnlyList<string>? names, ulong available, string set)
    {
        ulong mask = LinuxCapabilityNames.ToMask(names);
        ulong missing = mask & ~available;
        if (missing != 0)
        {
            string list = string.Join(", ", LinuxCapabilityNames.All.Where((_, number) => (missing & (1UL << number)) != 0));
            context.Warn($"This process does not have {list} itself, so the {set} set is made without.");
        }
        return mask & available;
    }

    /// <summary>struct __user_cap_header_struct, _LINUX_CAPABILITY_VERSION_3.</summary>
    private static PlanCell Header() => PlanBuilder.Struct("{_LINUX_CAPABILITY_VERSION_3}", 0x20080522);

    /// <summary>struct __user_cap_data_struct, twice: the low halves of the three sets, then the high ones.</summary>
    private static PlanCell Data(ulong effective, ulong permitted, ulong inheritable)
    {
        byte[] content = new byte[24];
        ulong[] sets = [effective, permitted, inheritable];
        for (int i = 0; i < sets.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(4 * i), (uint)sets[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(12 + (4 * i)), (uint)(sets[i] >> 32));
        }
        return new PlanCell($"{{effective 0x{effective:x}, permitted 0x{permitted:x}, inheritable 0x{inheritable:x}}}", content);
    }
}
