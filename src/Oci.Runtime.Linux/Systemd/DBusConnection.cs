using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>A connection to a D-Bus peer, for one caller at a time.</summary>
internal sealed class DBusConnection : IDisposable
{
    /// <summary>The most of one line of the authentication.</summary>
    private const int MaxLine = 512;

    private readonly Socket _socket;
    private uint _serial;

    private DBusConnection(Socket socket) => _socket = socket;

    /// <summary>Signals that came while something else was waited for.</summary>
    public Queue<DBusMessage> Signals { get; } = new();

    /// <summary>Connects and says who this is (D-Bus Specification, "Authentication Protocol", EXTERNAL).</summary>
    /// <param name="path">The socket.</param>
    /// <param name="isBus">Whether it is a bus, to which one says hello; else it is systemd's own socket.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DBusConnection> OpenAsync(string path, bool isBus, CancellationToken cancellationToken)
    {
        var connection = new DBusConnection(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        try
        {
            await connection._socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            await connection.AuthenticateAsync(cancellationToken).ConfigureAwait(false);
            if (isBus)
            {
                await connection.CallAsync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", null, null, cancellationToken).ConfigureAwait(false);
            }
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <exception cref="DBusException">The answer is an error.</exception>
    public async Task<DBusMessage> CallAsync(
        string destination, string path, string type, string member, string? signature, byte[]? body, CancellationToken cancellationToken)
    {
        uint serial = ++_serial;
        byte[] bytes = new DBusMessage
        {
            Type = DBusMessage.MethodCall,
            Destination = destination,
            Path = path,
            Interface = type,
            Member = member,
            Signature = signature,
            Body = body ?? [],
        }.ToBytes(serial);
        await SendAsync(bytes, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            DBusMessage message = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (message.Type == DBusMessage.Signal)
            {
                Signals.Enqueue(message);
            }
            else if (message.ReplySerial == serial)
            {
                return message.Type == DBusMessage.Error ? throw DBusException.From(message) : message;
            }
        }
    }

    /// <summary>The next message, whatever it is.</summary>
    /// <exception cref="IOException">The peer has closed the connection.</exception>
    public async Task<DBusMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[DBusMessage.FixedSize];
        await FillAsync(head, cancellationToken).ConfigureAwait(false);
        byte[] message = new byte[DBusMessage.ReadLength(head)];
        head.CopyTo(message, 0);
        await FillAsync(message.AsMemory(head.Length), cancellationToken).ConfigureAwait(false);
        return DBusMessage.Parse(message);
    }

    public void Dispose() => _socket.Dispose();

    private async Task AuthenticateAsync(CancellationToken cancellationToken)
    {
        string user = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Libc.Geteuid().ToString(CultureInfo.InvariantCulture)));
        // In one piece, as sd-bus does: what comes together with BEGIN, systemd leaves lying until something else happens to it.
        await SendAsync(Encoding.ASCII.GetBytes($"\0AUTH EXTERNAL {user}\r\nBEGIN\r\n"), cancellationToken).ConfigureAwait(false);
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (line.Length < 2 || line[^2] != '\r' || line[^1] != '\n')
        {
            if (line.Length >= MaxLine)
            {
                throw new InvalidDataException("The D-Bus peer answers the authentication with no end of a line.");
            }
            await FillAsync(one, cancellationToken).ConfigureAwait(false);
            line.Append((char)one[0]);
        }
        if (!line.ToString().StartsWith("OK ", StringComparison.Ordinal))
        {
            throw new UnauthorizedAccessException($"The D-Bus peer does not take this user: {line.ToString().TrimEnd()}.");
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private async Task FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            int count = await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException("The D-Bus peer has closed the connection.");
            }
            buffer = buffer[count..];
        }
    }
}
