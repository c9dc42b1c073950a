using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Hostile;

/// <summary>A registry and a stranger, each under a name of its own, and a record of all that reached the stranger.</summary>
public sealed class TwoHosts : IAsyncDisposable
{
    public const string Password = "s3cret-password";
    public const string Token = "s3cret-token";
    public const string Stranger = "stranger.example";

    private readonly ScriptedRegistry _registry;
    private readonly ScriptedRegistry _stranger;

    public TwoHosts(Func<Exchange, Task> registry, Func<Exchange, Task> stranger, RegistryCredential? credential = null)
    {
        _registry = new ScriptedRegistry(registry);
        _stranger = new ScriptedRegistry(async e =>
        {
            byte[] body = await e.ReadBodyAsync();
            Reached.Enqueue($"{e.Method} {e.Target}\n{string.Join('\n', e.Headers.Select(h => $"{h.Key}: {h.Value}"))}\n\n{Encoding.Latin1.GetString(body.AsSpan(0, Math.Min(body.Length, 1000)))}");
            await stranger(e);
        });
        Client = new RegistryClient(new Uri("http://registry.example/"), new RegistryClientOptions
        {
            Credentials = new StaticCredentialSource("registry.example", credential ?? RegistryCredential.FromPassword("me", Password)),
            MaxRetries = 0,
            ConfigureHandler = handler =>
            {
                handler.UseProxy = false;
                handler.ConnectCallback = async (context, cancellationToken) =>
                {
                    Uri target = context.DnsEndPoint.Host == "registry.example" ? _registry.Address : _stranger.Address;
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(target.Host, target.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                };
            },
        });
    }

    public RegistryClient Client { get; }

    /// <summary>All that reached the stranger: request line, headers and the start of the body.</summary>
    public ConcurrentQueue<string> Reached { get; } = new();

    /// <summary>What reached the registry.</summary>
    public IReadOnlyCollection<string> Requests => _registry.Requests;

    /// <summary>Fails where a secret, in any form, reached the stranger.</summary>
    public void AssertNothingLeaked()
    {
        string login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Password}"));
        foreach (string request in Reached)
        {
            Assert.DoesNotContain("Authorization:", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Cookie:", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Password, request);
            Assert.DoesNotContain(Token, request);
            Assert.DoesNotContain(login, request);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _registry.DisposeAsync();
        await _stranger.DisposeAsync();
    }
}
