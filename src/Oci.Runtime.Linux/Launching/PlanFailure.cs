using System.Runtime.InteropServices;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Launching;

/// <summary>From a step and its errno to what the user reads.</summary>
internal static class PlanFailure
{
    internal const string HardLimitHint = "The hard limit is above the one of this process, which may not raise it (CAP_SYS_RESOURCE).";

    private const string ProgramPointer = "/process/args/0";

    public static ContainerException ToException(ContainerPlan plan, int index, Errno errno)
    {
        PlanStep step = plan.Steps[index];
        var failure = new ContainerFailure
        {
            ContainerId = plan.ContainerId,
            Step = step.Label,
            Errno = errno,
            Path = step.Path,
            SpecPointer = step.SpecPointer,
            Hint = MountOptionHint(step, errno) ?? Hint(step.Syscall, step.SpecPointer, errno),
        };
        return ContainerException.From(failure, step.SpecPointer is ProgramPointer ? Detail(step.Path!, errno) : null);
    }

    /// <summary>The failure of the last step, which is found out by whoever starts the container, plan or not.</summary>
    public static ContainerException ToStartException(string containerId, string program, Errno errno)
    {
        var failure = new ContainerFailure
        {
            ContainerId = containerId,
            Step = $"executing {program}",
            Errno = errno,
            Path = program,
            SpecPointer = ProgramPointer,
            Hint = Hint("execve", ProgramPointer, errno),
        };
        return ContainerException.From(failure, Detail(program, errno));
    }

    /// <summary>Where callers look for a sentence of runc's, that sentence stands beside the errno.</summary>
    private static string Detail(string name, Errno errno)
    {
        string text = $"{errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})";
        return errno switch
        {
            Errno.ENOENT when !name.Contains('/', StringComparison.Ordinal) => $"exec: \"{name}\": executable file not found in $PATH: {text}",
            Errno.ENOENT => $"exec: \"{name}\": stat {name}: no such file or directory: {text}",
            Errno.EACCES => $"exec: \"{name}\": permission denied: {text}",
            Errno.ENOEXEC => $"exec: \"{name}\": exec format error: {text}",
            _ => $"exec: \"{name}\": {text}",
        };
    }

    private static bool IsHook(string? pointer) => IsBelow(pointer, "/hooks/");

    private static bool IsMount(string? pointer) => IsBelow(pointer, "/mounts/");

    private static bool IsDevice(string? pointer) => IsBelow(pointer, "/linux/devices/");

    private static bool IsNamespace(string? pointer) => IsBelow(pointer, "/linux/namespaces/");

    private static bool IsSysctl(string? pointer) => IsBelow(pointer, "/linux/sysctl/");

    private static bool IsBelow(string? pointer, string member) => pointer?.StartsWith(member, StringComparison.Ordinal) == true;

    /// <summary>fsconfig(2) takes the options one by one, so that the one which is refused can be named.</summary>
    private static string? MountOptionHint(PlanStep step, Errno errno)
    {
        if (step.Syscall is not "fsconfig" || errno is not (Errno.EINVAL or Errno.ERANGE or Errno.ENOENT))
        {
            return null;
        }
        return step.Arguments switch
        {
            [_, "FSCONFIG_SET_STRING", "\"uid\"" or "\"gid\"", string id, ..] =>
                $"The id {id} is none, or is not mapped in the container's user namespace: map it, or leave the option out.",
            [_, "FSCONFIG_SET_STRING", string key, string value, ..] => $"The filesystem does not know the option {key}, or does not take its value {value}.",
            [_, "FSCONFIG_SET_FLAG", string key, ..] => $"The filesystem does not know the option {key}, or wants a value for it.",
            _ => null,
        };
    }

    private static string? Hint(string syscall, string? pointer, Errno errno) => (syscall, errno) switch
    {
        ("execve", Errno.ENOENT) when IsHook(pointer) => "The program, or the interpreter that it names, must exist: on the host, for a startContainer hook in the container.",
        ("execve", Errno.EACCES) when IsHook(pointer) => "The file must be executable by whoever runs the hook, and the file system not be mounted noexec.",
        ("chdir", _) when IsHook(pointer) => "The hook is run in that directory, which must be there.",
        ("setns", Errno.EPERM) when IsHook(pointer) => "To run a hook in a container that shares a namespace with others takes root.",
        ("execve", Errno.ENOENT) => "The file is there but its interpreter or dynamic loader is not.",
        ("execve", Errno.EACCES) => "It must be a file, not a directory, executable by the container's user (process.user), and not on a file system mounted noexec.",
        ("execve", Errno.EPERM) => "A filter of linux.seccomp may refuse execve, which the runtime itself calls to start the program.",
        ("execve", Errno.E2BIG) => "The kernel takes 128 KiB for one of process.args or process.env, and a quarter of the stack's limit (RLIMIT_STACK), 6 MiB at most, for all.",
        ("execve", Errno.ENOEXEC) => "Is the file made for this processor, and does a script begin with #!?",
        ("faccessat2" or "compare", Errno.ENOENT) when pointer is ProgramPointer => "Is it in the image, and in the PATH of process.env?",
        ("faccessat2", Errno.EACCES) => "The file must be executable by the container's user (process.user).",
        ("faccessat2", Errno.EROFS) => "The file system is mounted noexec.",
        ("fsopen", Errno.ENODEV) => "The kernel does not know that filesystem: see /proc/filesystems.",
        ("fsconfig", Errno.EINVAL) => "The filesystem does not take one of the mount's options.",
        ("fsconfig" or "fsmount", Errno.EPERM) => "In a user namespace this may need namespaces of its own: sysfs a network, mqueue an ipc, cgroup a cgroup namespace.",
        ("open_tree", Errno.ENOENT) when IsDevice(pointer) => "In a user namespace a device cannot be made, so the host's own is bound, and the host has none at that path.",
        ("open_tree", Errno.ENOENT) => "The source of a bind mount must exist on the host.",
        ("open_tree", Errno.EINVAL) => "In a user namespace, bind what has mounts below it with rbind.",
        ("openat", Errno.ENOENT) when pointer is "/root/path" => "The root filesystem must exist, relative to the bundle or absolute.",
        ("openat", Errno.ENOTDIR) when pointer is "/root/path" => "The root filesystem must be a directory.",
        ("openat", Errno.EACCES) when pointer is "/root/path" => "The container's user must be able to enter every directory on the way there.",
        ("openat2", Errno.ELOOP) when pointer is TerminalPlanner.Pointer => "/dev/console may be no link.",
        ("openat2" or "compare", Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV or Errno.EXDEV) when pointer is TerminalPlanner.Pointer =>
            "A terminal needs a devpts at /dev/pts, with nothing mounted over it: add {\"destination\": \"/dev/pts\", \"type\": \"devpts\", \"source\": \"devpts\", \"options\": [\"newinstance\", \"ptmxmode=0666\", \"mode=0620\"]} to the mounts.",
        ("openat2", Errno.ENOSPC) when pointer is TerminalPlanner.Pointer => "All terminals are in use: see /proc/sys/kernel/pty/ and the option max of the devpts mount.",
        ("openat2" or "chdir", Errno.ENOENT) when pointer is "/process/cwd" => "The directory is not in the container's root filesystem.",
        ("openat2" or "chdir", Errno.ENOTDIR) when pointer is "/process/cwd" => "The working directory must be a directory.",
        ("openat2" or "chdir", Errno.EACCES) when pointer is "/process/cwd" => "The container's user (process.user) must be able to enter it.",
        ("openat2", Errno.ELOOP) when pointer is "/process/cwd" => "A working directory cannot be reached by a descriptor in /proc, nor by links that go in a circle.",
        ("openat2", Errno.ELOOP) => "Links go in a circle, or the place of procfs or sysfs is a link where it must be a real directory.",
        ("openat2" or "openat" or "mkdirat" or "move_mount", Errno.ENOTDIR) when IsMount(pointer) => "A directory is mounted over a directory and a file over a file: the destination, or a part of its path, is a file in the root filesystem.",
        ("openat" or "openat2", Errno.ENOENT) when IsNamespace(pointer) => "Nothing is at that path: is the process that the namespace belongs to still there, or was the file made by another mount namespace?",
        ("openat" or "openat2", Errno.ENOENT) when IsSysctl(pointer) => "The kernel has no such parameter, or not in this namespace: see /proc/sys.",
        ("mkdirat" or "openat" or "mknodat" or "symlinkat", Errno.EROFS) => "The place is missing and the root filesystem cannot be written: make it beforehand.",
        ("mkdirat" or "openat" or "mknodat" or "symlinkat", Errno.EACCES or Errno.EPERM) => "The place is missing and the container's root user may not make it: check the owner of the root filesystem.",
        ("mount_setattr", Errno.EPERM) => "A user namespace cannot lift nosuid, nodev, noexec or ro of a mount of the host.",
        ("compare", Errno.EPERM) => "Nothing may be bound over procfs but the files that show resources, such as /proc/meminfo.",
        ("compare", Errno.EXDEV) when pointer is "/process/cwd" => "The working directory must be inside the root.",
        ("setresuid" or "setresgid", Errno.EINVAL) => "The id is not mapped in the container's user namespace: add it to the mappings, or use another.",
        ("setgroups", Errno.EPERM or Errno.EINVAL) => "An ordinary user's container can have no supplementary groups, unless newgidmap and /etc/subgid map them.",
        ("prlimit64", Errno.EPERM) => HardLimitHint,
        ("sched_setattr", Errno.EPERM) => "A scheduling policy takes CAP_SYS_NICE of the host, and SCHED_DEADLINE all processors of its cpuset; with real-time groups the cgroup needs a share (cpu.rt_runtime_us).",
        ("sched_setattr", Errno.EBUSY) => "The processors cannot give so much time to SCHED_DEADLINE.",
        ("sched_setattr", Errno.EINVAL) => "The kernel does not know the policy or a flag, or a value does not go with the policy: SCHED_FIFO and SCHED_RR want a priority of 1 to 99, others 0.",
        ("sched_setaffinity", Errno.EINVAL) => "The list has no processor that is there and in the cpuset.",
        ("set_mempolicy", Errno.EINVAL) => "The kernel does not know the mode or a flag, the mode wants nodes or wants none, or a node is not there or not in the cpuset.",
        ("set_mempolicy", Errno.ENOSYS) => "The kernel is built without NUMA.",
        ("write", Errno.ENOENT) when pointer is "/process/apparmorProfile" => "The profile is not loaded: see /sys/kernel/security/apparmor/profiles and apparmor_parser(8).",
        ("write", Errno.EINVAL) when pointer is "/process/selinuxLabel" => "The label is not one of the policy that is loaded.",
        ("read", Errno.EAGAIN) => "Something keeps renaming directories of the root filesystem, so that no path in it can be resolved.",
        ("unshare" or "clone3", Errno.ENOSPC) => "The limit of namespaces is reached: see /proc/sys/user/.",
        ("unshare" or "clone3", Errno.EPERM) => "Run as root, or add a user namespace, which ordinary users must be allowed to make (/proc/sys/kernel/unprivileged_userns_clone, /proc/sys/user/max_user_namespaces).",
        ("setns", Errno.EPERM) => "Joining needs CAP_SYS_ADMIN in the user namespace that owns the one to join.",
        ("setns", Errno.EINVAL) => "The file is not a namespace of that type.",
        ("seccomp", Errno.EACCES) => "Without process.noNewPrivileges a filter needs CAP_SYS_ADMIN in the container's user namespace: set it to true.",
        ("seccomp", Errno.EBUSY) => "A process can have one filter that notifies, and this one inherits another.",
        ("seccomp", Errno.EINVAL) => "The kernel lacks seccomp filters (CONFIG_SECCOMP_FILTER) or one of the flags.",
        (_, Errno.ENOSYS) => "The kernel is too old: Linux 5.12 or newer is needed.",
        _ => null,
    };
}
