using System.Text;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that give the process the labels of AppArmor and SELinux (runtime-spec, config.md#linux-process).</summary>
internal static class SecurityLabelPlanner
{
    private const string Unconfined = "unconfined";

    /// <summary>What the host lacks for the labels of the configuration, with the member; null where nothing.</summary>
    public static (string Pointer, string Feature, string Hint)? FindUnavailable(Spec.RuntimeSpec spec, HostFacts host)
    {
        if (!host.HasAppArmor && spec.Process?.ApparmorProfile is not (null or "" or Unconfined))
        {
            return ("/process/apparmorProfile", "AppArmor", "The kernel has it not, or it is off (/sys/module/apparmor/parameters/enabled): remove the member.");
        }
        if (!host.HasSelinux && !string.IsNullOrEmpty(spec.Process?.SelinuxLabel))
        {
            return ("/process/selinuxLabel", "SELinux", "The kernel has it not, or it is off (/sys/fs/selinux): remove the member.");
        }
        return !host.HasSelinux && !string.IsNullOrEmpty(spec.Linux?.MountLabel)
            ? ("/linux/mountLabel", "SELinux", "The kernel has it not, or it is off (/sys/fs/selinux): remove the member.")
            : null;
    }

    /// <summary>The labels that the program will have from its execve(2) on.</summary>
    public static void Add(PlanContext context)
    {
        string? profile = context.Host.HasAppArmor ? context.Process.ApparmorProfile : null;
        string? label = context.Process.SelinuxLabel;
        if (string.IsNullOrEmpty(profile) && string.IsNullOrEmpty(label))
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        string pointer = string.IsNullOrEmpty(profile) ? "/process/selinuxLabel" : "/process/apparmorProfile";
        PlanCell proc = NamespacePlanner.AddPrivateProc(context, pointer);
        if (!string.IsNullOrEmpty(profile))
        {
            builder.Begin($"setting the AppArmor profile {profile}", "/process/apparmorProfile", "/proc/thread-self/attr/apparmor/exec");
            // Linux before 5.8 has one file for whichever module is first.
            AddWrite(context, proc, ["thread-self/attr/apparmor/exec", "thread-self/attr/exec"], "exec " + profile);
        }
        if (!string.IsNullOrEmpty(label))
        {
            builder.Begin($"setting the SELinux label {label}", "/process/selinuxLabel", "/proc/thread-self/attr/exec");
            AddWrite(context, proc, ["thread-self/attr/exec"], label);
        }
        builder.Add(SystemCall.close, [proc]);
    }

    /// <summary>The label of the keyring that is made next; null where there is none to set.</summary>
    public static void AddKeyLabel(PlanContext context, Action addKeyring)
    {
        if (context.Process.SelinuxLabel is not { Length: > 0 } label)
        {
            addKeyring();
            return;
        }
        PlanBuilder builder = context.Builder;
        PlanCell proc = NamespacePlanner.AddPrivateProc(context, "/process/selinuxLabel");
        builder.Begin($"labelling the keyring {label}", "/process/selinuxLabel", "/proc/thread-self/attr/keycreate");
        AddWrite(context, proc, ["thread-self/attr/keycreate"], label);
        addKeyring();
        builder.Begin("labelling no more keyrings", "/process/selinuxLabel", "/proc/thread-self/attr/keycreate");
        // An empty line takes it back (proc_pid_attr(5)).
        AddWrite(context, proc, ["thread-self/attr/keycreate"], "\n");
        builder.Add(SystemCall.close, [proc]);
    }

    private static void AddWrite(PlanContext context, PlanCell proc, string[] paths, string value)
    {
        PlanBuilder builder = context.Builder;
        PlanCell file = PlanCell.Slot("file");
        PlanLabel opened = builder.NewLabel();
        foreach (string path in paths)
        {
            ReadOnlySpan<Errno> tolerates = path == paths[^1] ? [] : [Errno.ENOENT];
            builder.Add(SystemCall.openat2, [proc, builder.Text(path), PlanArgument.AddressOf(PlanFlags.HowToWriteOwnProc()), 24], tolerates, file, onSuccess: opened);
        }
        builder.Place(opened);
        builder.Add(SystemCall.write, [file, builder.Text(value), Encoding.UTF8.GetByteCount(value)], isExact: true);
        builder.Add(SystemCall.close, [file]);
    }
}
