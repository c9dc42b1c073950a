using System.Net;
using System.Net.Sockets;

namespace Oci.Distribution.Http;

/// <summary>Connects to hosts that a registry names, not the user, and refuses private addresses by the address that is connected to.</summary>
/// <remarks>Checking names beforehand would leave a gap: a name may resolve to another address the second time.</remarks>
internal sealed class ForeignConnector(Uri registry, IReadOnlyCollection<string> trustedHosts)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint target = context.DnsEndPoint;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        bool trusted = UriRules.IsListed(new UriBuilder(Uri.UriSchemeHttps, target.Host, target.Port).Uri, trustedHosts);
        IPAddress[] allowed = trusted ? addresses : [.. addresses.Where(IsAllowed)];
        if (allowed.Length == 0)
        {
            throw new RegistryException(
                $"The registry {registry.Authority} sent this client to {target.Host}:{target.Port}, which has a private address; that is refused.",
                hint: $"Where that is meant, add '{target.Host}' to RegistryClientOptions.TrustedHosts.");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A registry on this machine may send to this machine: that is a test set-up, and gives away nothing.
    private bool IsAllowed(IPAddress address) =>
        !PrivateAddress.Is(address) || (IPAddress.IsLoopback(address) && UriRules.IsLoopback(registry.Host));
}
