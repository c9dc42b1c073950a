using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.NetDevices;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that set up the new namespaces: keyring, hostname, network devices, kernel parameters.</summary>
internal static class NamespacePlanner
{
    private const long ProcSuperMagic = 0x9fa0;

    public static void Add(PlanContext context)
    {
        context.Builder.Phase = PlanPhase.Namespaces;
        AddKeyring(context);
        AddName(context, SystemCall.sethostname, context.Spec.Hostname, "/hostname");
        AddName(context, SystemCall.setdomainname, context.Spec.Domainname, "/domainname");
        if (context.MakesNamespace(LinuxNamespaceTypes.Network))
        {
            AddLoopback(context);
        }
        AddNetDevices(context);
        AddSysctls(context);
    }

    /// <summary>Without one of its own, the process would keep the keys of who started it.</summary>
    internal static void AddKeyring(PlanContext context) => SecurityLabelPlanner.AddKeyLabel(context, () => AddNewKeyring(context));

    private static void AddNewKeyring(PlanContext context)
    {
        if (context.Options.NoNewKeyring)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        builder.Begin("giving the container a session keyring of its own");
        builder.Add(
            SystemCall.keyctl,
            [PlanArgument.Number(1, "KEYCTL_JOIN_SESSION_KEYRING"), builder.Text($"_ses.{context.ContainerId}")],
            [Errno.ENOSYS, Errno.EPERM, Errno.EDQUOT, Errno.EACCES]);
    }

    private static void AddName(PlanContext context, SystemCall call, string? name, string pointer)
    {
        if (string.IsNullOrEmpty(name))
        {
            return;
        }
        context.Builder.Begin($"setting the {pointer[1..]} to {name}", pointer);
        context.Builder.Add(call, [context.Builder.Text(name), Encoding.UTF8.GetByteCount(name)]);
    }

    /// <summary>A new network namespace has its loopback down; programs expect it up, and runc and crun raise it too.</summary>
    private static void AddLoopback(PlanContext context)
    {
        const long upAndRunning = 0x41;
        PlanBuilder builder = context.Builder;
        byte[] request = new byte[40];
        "lo"u8.CopyTo(request);
        request[16] = (byte)upAndRunning;
        PlanCell socket = PlanCell.Slot("socket");
        builder.Begin("raising the loopback interface", PreparePlanner.Pointer(context, LinuxNamespaceTypes.Network));
        builder.Add(SystemCall.socket, [PlanArgument.Number(1, "AF_UNIX"), PlanArgument.Number(0x80002, "SOCK_DGRAM"), 0], result: socket);
        builder.Add(SystemCall.ioctl, [socket, PlanArgument.Number(0x8914, "SIOCSIFFLAGS"), PlanArgument.AddressOf(new PlanCell("{lo, IFF_UP|IFF_RUNNING}", request))]);
        builder.Add(SystemCall.close, [socket]);
    }

    /// <summary>The parent moves them from its namespace to this one, which it reaches by a socket that is made here.</summary>
    private static void AddNetDevices(PlanContext context)
    {
        if (context.Spec.Linux?.NetDevices is not { Count: > 0 } devices)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        PlanCell socket = PlanCell.Slot("socket");
        IEnumerable<string> labels = devices
            .OrderBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => NetDeviceMove.Label(d.Key, string.IsNullOrEmpty(d.Value.Name) ? d.Key : d.Value.Name));
        builder.Begin(string.Join(", ", labels), "/linux/netDevices");
        builder.Add(
            SystemCall.socket,
            [PlanArgument.Number(16, "AF_NETLINK"), PlanArgument.Number(0x80003, "SOCK_RAW"), PlanArgument.Number(0, "NETLINK_ROUTE")],
            result: socket);
        context.SendDescriptorToParent(PlanBuilder.Struct("devices", (long)PlanMark.NetDevices, 0), socket);
        context.AwaitParent();
        builder.Add(SystemCall.close, [socket]);
    }

    private static void AddSysctls(PlanContext context)
    {
        if (context.Spec.Linux?.Sysctl is not { Count: > 0 } sysctls)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        PlanCell proc = AddPrivateProc(context, "/linux/sysctl");
        foreach ((string name, string value) in sysctls.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            string path = "sys/" + (name.Contains('/', StringComparison.Ordinal) ? name : name.Replace('.', '/'));
            builder.Begin($"setting {name} to {value}", JsonPointer.Member("/linux/sysctl", name), "/proc/" + path);
            PlanCell file = PlanCell.Slot("file");
            builder.Add(SystemCall.openat2, [proc, builder.Text(path), PlanArgument.AddressOf(PlanFlags.HowToWriteProc()), 24], result: file);
            builder.Add(SystemCall.write, [file, builder.Text(value), Encoding.UTF8.GetByteCount(value)], isExact: true);
            builder.Add(SystemCall.close, [file]);
        }
        builder.Add(SystemCall.close, [proc]);
    }

    /// <summary>A procfs that nobody else can mount over; the host's own, checked, where the kernel refuses one.</summary>
    internal static PlanCell AddPrivateProc(PlanContext context, string pointer)
    {
        PlanBuilder builder = context.Builder;
        PlanCell proc = PlanCell.Slot("proc");
        PlanCell files = PlanCell.Slot("fs");
        PlanLabel refused = builder.NewLabel();
        PlanLabel opened = builder.NewLabel();
        builder.Begin("opening a private procfs", pointer, "/proc");
        builder.Add(SystemCall.fsopen, [builder.Text("proc"), PlanArgument.Number(1, "FSOPEN_CLOEXEC")], result: files);
        builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(6, "FSCONFIG_CMD_CREATE"), 0, 0, 0], [Errno.EPERM], onError: refused);
        builder.Add(SystemCall.fsmount, [files, PlanArgument.Number(1, "FSMOUNT_CLOEXEC"), 0xE], [Errno.EPERM], proc, opened, refused);
        builder.Place(refused);
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text("/proc"), context.Flags.OpenDirectory, 0], result: proc);
        builder.Place(opened);
        AddExpectProc(builder, proc);
        return proc;
    }

    /// <summary>Ends the program unless the descriptor is of procfs.</summary>
    internal static void AddExpectProc(PlanBuilder builder, PlanCell file) =>
        AddExpectFilesystem(builder, file, ProcSuperMagic, Errno.EXDEV);

    /// <summary>Ends the program with <paramref name="errno"/> unless the descriptor is of the file system with that magic (statfs(2)).</summary>
    internal static void AddExpectFilesystem(PlanBuilder builder, PlanCell file, long magic, Errno errno)
    {
        PlanCell status = new("statfs", new byte[120]);
        builder.Add(SystemCall.fstatfs, [file, PlanArgument.AddressOf(status)]);
        builder.Expect(PlanArgument.ValueOf(status), -1, magic, errno);
    }

    /// <summary>Ends the program with EPERM if the descriptor is of procfs.</summary>
    internal static void AddExpectNotProc(PlanBuilder builder, PlanCell file)
    {
        PlanCell status = new("statfs", new byte[120]);
        PlanLabel isProc = builder.NewLabel();
        PlanLabel isNot = builder.NewLabel();
        builder.Add(SystemCall.fstatfs, [file, PlanArgument.AddressOf(status)]);
        builder.JumpIf(PlanArgument.ValueOf(status), -1, ProcSuperMagic, isProc);
        builder.Jump(isNot);
        builder.Place(isProc);
        builder.Fail(Errno.EPERM);
        builder.Place(isNot);
    }
}
