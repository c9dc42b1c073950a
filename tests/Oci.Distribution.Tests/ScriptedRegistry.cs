using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Oci.Distribution.Tests;

/// <summary>A peer that does what a test tells it: it may lie, stop in the middle, and close when it likes.</summary>
public sealed class ScriptedRegistry : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Exchange, Task> _script;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;

    public ScriptedRegistry(Func<Exchange, Task> script, SslServerAuthenticationOptions? tls = null)
    {
        _script = script;
        _tls = tls;
        _listener.Start();
        Address = new Uri($"{(tls is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>What came, in order, as <c>METHOD target</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>A client whose retries are quick.</summary>
    public RegistryClient CreateClient(Action<RegistryClientOptions>? configure = null)
    {
        var options = new RegistryClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromSeconds(5) };
        configure?.Invoke(options);
        return new RegistryClient(Address, options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Stopped only then: between two connections, a listener that is stopped is asked for the next one.
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
        // A script that fails would else look like a peer that closes.
        Assert.Empty(_failures);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var connection = new NetworkStream(socket, ownsSocket: true);
        await using SslStream? secure = _tls is null ? null : new SslStream(connection);
        Stream stream = secure ?? (Stream)connection;
        try
        {
            if (secure is not null)
            {
                await secure.AuthenticateAsServerAsync(_tls!, _stop.Token);
            }
            while (await Exchange.ReadAsync(stream, _stop.Token) is Exchange exchange)
            {
                Requests.Enqueue($"{exchange.Method} {exchange.Target}");
                await _script(exchange);
                if (exchange.IsClosed)
                {
                    // A reset, not an orderly end.
                    socket.LingerState = new LingerOption(exchange.IsReset, 0);
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException)
        {
            // The client went away, or the test ended.
        }
        catch (Exception e)
        {
            _failures.Enqueue(e);
        }
    }
}
