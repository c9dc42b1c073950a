using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Networking;

namespace Examples;

internal static class AttachNetwork
{
    public static async Task RunAsync(Container container)
    {
        CniNetwork network = await CniNetwork.LoadAsync("/etc/cni/net.d/10-web.conflist");
        var client = new CniClient();
        CniResult result = await client.AddAsync(network, CniAttachment.Of(container));
        await container.StartAsync();
        Console.WriteLine(result.Addresses[0].Address);
        await container.WaitAsync();
        await client.DeleteAsync(network, new CniAttachment(container.Id, networkNamespace: null));
    }
}
