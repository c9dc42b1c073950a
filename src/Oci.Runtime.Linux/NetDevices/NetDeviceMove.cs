using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>Moves the network devices of a configuration into the container's namespace (runtime-spec, config-linux.md, "Network Devices").</summary>
/// <remarks>As long as it is not disposed, the namespace is alive, and what was moved can be brought back.</remarks>
internal sealed class NetDeviceMove : IDisposable
{
    private readonly string _containerId;
    private readonly NetlinkSocket _inside;
    private readonly NetlinkSocket _outside;
    private readonly List<(NetDevice Before, NetDevice After, IReadOnlyList<NetAddress> Addresses)> _moved = [];

    /// <summary>Prepares to move.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="inside">A socket of the container's network namespace; owned from here on.</param>
    public NetDeviceMove(string containerId, SafeFileHandle inside)
    {
        _containerId = containerId;
        _inside = new NetlinkSocket(inside);
        try
        {
            _outside = NetlinkSocket.Open();
        }
        catch
        {
            _inside.Dispose();
            throw;
        }
    }

    /// <summary>Moves the devices, gives them their addresses again and sets them up.</summary>
    /// <param name="devices">By their names on the host.</param>
    /// <param name="pid">A process in the container's network namespace.</param>
    /// <exception cref="ContainerException">One cannot be moved; <see cref="Undo"/> brings those back that were.</exception>
    public void Run(IReadOnlyDictionary<string, LinuxNetDevice> devices, int pid)
    {
        foreach ((string name, LinuxNetDevice device) in devices.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            Move(name, string.IsNullOrEmpty(device.Name) ? name : device.Name, pid);
        }
    }

    /// <summary>Brings back what was moved, for a container that is not to be.</summary>
    /// <returns>What could not be brought back, a sentence each.</returns>
    public IReadOnlyList<string> Undo()
    {
        var warnings = new List<string>();
        foreach ((NetDevice before, NetDevice after, IReadOnlyList<NetAddress> addresses) in Enumerable.Reverse(_moved))
        {
            try
            {
                BringBack(before, after, addresses);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                warnings.Add($"The network device {before.Name} could not be brought back to the host as it was: {e.Message}");
            }
        }
        _moved.Clear();
        return warnings;
    }

    private void BringBack(NetDevice before, NetDevice after, IReadOnlyList<NetAddress> addresses)
    {
        Libc.Openat(Libc.AT_FDCWD, "/proc/thread-self/ns/net\0"u8, 0, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", "/proc/thread-self/ns/net");
        using SafeFileHandle own = opened!;
        using NetlinkSocket inside = _inside.OpenAgain();
        inside.MoveToNamespace(after, own, before.Name).ThrowIfFailed("netlink(RTM_SETLINK)", after.Name);
        // Its number can be another's by now.
        NetDevice back = _outside.GetDevices().FirstOrDefault(d => d.Name == before.Name);
        (back.Name is null ? Errno.ENODEV : Restore(_outside, back, before.Name, addresses)).ThrowIfFailed("netlink(RTM_NEWADDR)", before.Name);
        if (before.IsUp)
        {
            _outside.SetUp(back).ThrowIfFailed("netlink(RTM_SETLINK)", before.Name);
        }
    }

    public void Dispose()
    {
        _inside.Dispose();
        _outside.Dispose();
    }

    private void Move(string name, string innerName, int pid)
    {
        NetDevice device = _outside.GetDevices().FirstOrDefault(d => d.Name == name);
        if (device.Name is null)
        {
            throw Failure(name, innerName, "looking for it", Errno.ENODEV, "The device must be in the runtime's network namespace: see ip link.");
        }
        IReadOnlyList<NetDevice> there = _inside.GetDevices();
        bool isTemplate = innerName.Contains("%d", StringComparison.Ordinal);
        if (!isTemplate && there.Any(d => d.Name == innerName))
        {
            throw Failure(name, innerName, "looking at the container's", Errno.EEXIST, "The container has a device of that name already: give another, or a template such as eth%d.");
        }
        NetAddress[] addresses = [.. _outside.GetAddresses(device.Index).Where(a => a.IsPreserved)];
        Errno errno = _outside.MoveToProcess(device, pid, innerName);
        NetDevice moved = _inside.GetDevices().FirstOrDefault(d => !there.Any(t => t.Index == d.Index) && (isTemplate || d.Name == innerName || d.Name == name));
        if (moved.Name is not null)
        {
            // Even where the kernel moved it and could not name it.
            _moved.Add((device, moved, addresses));
        }
        if (errno != Errno.None || moved.Name is null)
        {
            throw Failure(name, innerName, "moving it", errno == Errno.None ? Errno.ENODEV : errno, errno switch
            {
                Errno.EPERM => "Moving devices needs CAP_NET_ADMIN in the network namespaces of both the runtime and the container: run as root.",
                Errno.EINVAL => "Some devices, such as lo, bridges and bonds, belong to their namespace and cannot be moved.",
                Errno.EEXIST => "The container has a device of that name already.",
                Errno.None => "Is the container's network namespace the runtime's own?",
                _ => null,
            });
        }
        errno = Restore(_inside, moved, name, addresses);
        if (errno != Errno.None)
        {
            throw Failure(name, innerName, "giving it its addresses again", errno, "Is that family of addresses switched off in the container (linux.sysctl)?");
        }
        errno = _inside.SetUp(moved);
        if (errno != Errno.None)
        {
            throw Failure(name, innerName, "setting it up", errno, null);
        }
    }

    private static Errno Restore(NetlinkSocket socket, NetDevice device, string oldName, IReadOnlyList<NetAddress> addresses)
    {
        foreach (NetAddress address in addresses)
        {
            Errno errno = socket.AddAddress(address, device, oldName);
            if (errno != Errno.None)
            {
                return errno;
            }
        }
        return Errno.None;
    }

    private ContainerException Failure(string name, string innerName, string step, Errno errno, string? hint) =>
        ContainerException.From(new ContainerFailure
        {
            ContainerId = _containerId,
            Step = $"{Label(name, innerName)}: {step}",
            Errno = errno,
            Path = name,
            SpecPointer = JsonPointer.Member("/linux/netDevices", name),
            Hint = hint,
        });

    /// <summary>What moving a device is called.</summary>
    public static string Label(string name, string innerName) =>
        string.Equals(name, innerName, StringComparison.Ordinal) ? $"moving the network device {name}" : $"moving the network device {name} as {innerName}";
}
