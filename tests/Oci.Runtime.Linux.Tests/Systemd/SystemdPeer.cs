using System.Net.Sockets;
using System.Text;
using Oci.Runtime.Linux.Systemd;

namespace Oci.Runtime.Linux.Tests.Systemd;

/// <summary>A socket that answers as systemd does, and keeps what it was asked. It makes no cgroup: the tests' machines have no systemd.</summary>
internal sealed class SystemdPeer : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SystemdPeer()
    {
        Path = _folder.Combine("bus");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Path { get; }

    public List<DBusMessage> Calls { get; } = [];

    /// <summary>How a job ends; <c>done</c> unless a test says otherwise.</summary>
    public string Result { get; set; } = "done";

    /// <summary>The error that every call of systemd's manager gets; null for none.</summary>
    public string? Error { get; set; }

    public IEnumerable<string> Members => Calls.Where(c => c.Destination == "org.freedesktop.systemd1").Select(c => c.Member!);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptAsync(_stop.Token);
                try
                {
                    await TalkAsync(socket);
                }
                catch (EndOfStreamException)
                {
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        Assert.Equal(0, await ByteAsync(stream));
        Assert.StartsWith("AUTH EXTERNAL ", await LineAsync(stream), StringComparison.Ordinal);
        // Both at once: systemd may overlook a message that comes together with the end of the authentication.
        Assert.Equal("BEGIN", await LineAsync(stream));
        await stream.WriteAsync("OK 1234deadbeef\r\n"u8.ToArray(), _stop.Token);
        uint serial = 0;
        while (true)
        {
            byte[] head = new byte[DBusMessage.FixedSize];
            await stream.ReadExactlyAsync(head, _stop.Token);
            byte[] bytes = [.. head, .. new byte[DBusMessage.ReadLength(head) - head.Length]];
            await stream.ReadExactlyAsync(bytes.AsMemory(head.Length), _stop.Token);
            DBusMessage call = DBusMessage.Parse(bytes);
            Calls.Add(call);
            bool isManager = call.Destination == "org.freedesktop.systemd1";
            var answer = new DBusMessage { Type = DBusMessage.MethodReturn, ReplySerial = BitConverter.ToUInt32(bytes, 8) };
            if (isManager && Error is not null && call.Member != "Subscribe")
            {
                answer = answer with { Type = DBusMessage.Error, ErrorName = Error, Signature = "s", Body = Body(w => w.String("It says no.")) };
            }
            else if (call.Member is "StartTransientUnit" or "StopUnit")
            {
                answer = answer with { Signature = "o", Body = Body(w => w.String("/job/7")) };
                // Before the answer, as it can come; with one of another job before it.
                foreach (string job in (string[])["/job/6", "/job/7"])
                {
                    await stream.WriteAsync(new DBusMessage
                    {
                        Type = DBusMessage.Signal,
                        Path = "/org/freedesktop/systemd1",
                        Interface = "org.freedesktop.systemd1.Manager",
                        Member = "JobRemoved",
                        Signature = "uoss",
                        Body = Body(w =>
                        {
                            w.UInt32(7);
                            w.String(job);
                            w.String("x.scope");
                            w.String(job == "/job/7" ? Result : "failed");
                        }),
                    }.ToBytes(++serial), _stop.Token);
                }
            }
            await stream.WriteAsync(answer.ToBytes(++serial), _stop.Token);
        }
    }

    private static byte[] Body(Action<DBusWriter> write)
    {
        var writer = new DBusWriter();
        write(writer);
        return writer.ToArray();
    }

    private async Task<int> ByteAsync(NetworkStream stream)
    {
        byte[] one = new byte[1];
        await stream.ReadExactlyAsync(one, _stop.Token);
        return one[0];
    }

    private async Task<string> LineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        while (line.Length == 0 || line[^1] != '\n')
        {
            line.Append((char)await ByteAsync(stream));
        }
        return line.ToString().Trim();
    }
}
