using System.Net.Sockets;
using System.Text;

namespace Oci.Testing;

/// <summary>One end of a connection that sends what no HTTP client would.</summary>
public sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;

    private RawPeer(Socket socket) => _socket = socket;

    public static async Task<RawPeer> ConnectAsync(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port);
        return new RawPeer(socket);
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.ASCII.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> content)
    {
        while (!content.IsEmpty)
        {
            content = content[await _socket.SendAsync(content)..];
        }
    }

    /// <summary>Says that no more comes, as a client that was killed does.</summary>
    public void EndWriting() => _socket.Shutdown(SocketShutdown.Send);

    public async Task<string> ReadExactlyAsync(int count)
    {
        var buffer = new byte[count];
        int read = 0;
        while (read < count)
        {
            int more = await ReadAsync(buffer.AsMemory(read));
            if (more == 0)
            {
                throw new EndOfStreamException($"The server closed after {read} of {count} bytes.");
            }
            read += more;
        }
        return Encoding.ASCII.GetString(buffer);
    }

    /// <summary>All that comes until the server closes, or resets after its answer.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await ReadAsync(buffer)) > 0)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReadAsync(Memory<byte> buffer)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _socket.ReceiveAsync(buffer, cancellation.Token);
    }
}
