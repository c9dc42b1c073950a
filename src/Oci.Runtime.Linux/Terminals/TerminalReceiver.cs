using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Terminals;

/// <summary>Where the master of a new terminal goes: to a console socket, or to a <see cref="ContainerTerminal"/>.</summary>
internal sealed class TerminalReceiver : IDisposable
{
    private readonly DescriptorSocket? _socket;

    private TerminalReceiver(DescriptorSocket? socket) => _socket = socket;

    /// <summary>The terminal, once it is there; null where it went to the socket. Owned by who takes it.</summary>
    public ContainerTerminal? Terminal { get; private set; }

    /// <summary>Gets ready for a process's terminal; null where it has none.</summary>
    /// <exception cref="ArgumentException">There is a socket, and no terminal to be sent to it.</exception>
    /// <exception cref="ContainerException">Nobody listens at the socket.</exception>
    public static TerminalReceiver? Open(string containerId, ProcessSpec? process, string? consoleSocket)
    {
        if (process?.Terminal != true)
        {
            return consoleSocket is null
                ? null
                : throw new ArgumentException($"A console socket, {consoleSocket}, is given, but the process has no terminal. Set process.terminal to true, or give none.", nameof(consoleSocket));
        }
        return new TerminalReceiver(consoleSocket is null ? null : DescriptorSocket.Connect(containerId, "console socket", consoleSocket));
    }

    /// <summary>Takes the master, which is owned here from now on.</summary>
    public void Take(SafeFileHandle master, long number)
    {
        if (_socket is null)
        {
            Terminal = new ContainerTerminal(master, number);
            return;
        }
        using (master)
        {
            _socket.Send(ContainerTerminal.NameOf(number), master);
        }
    }

    public void Dispose() => _socket?.Dispose();
}
