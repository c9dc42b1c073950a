using System.Diagnostics;
using System.Text;
using Oci.Runtime.Linux.Networking;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Networking;

/// <summary>Debian's plugins, with a network namespace of this test's own in the place of the machine's.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class CniPluginTests
{
    private const string PluginDirectory = "/usr/lib/cni";

    [Theory]
    [InlineData("bridge", "\"bridge\":\"test0\",\"isGateway\":true")]
    [InlineData("ptp", "\"mtu\":1400")]
    public async Task AddCheckDelete_OfARealPlugin_GivesTheContainerAnAddress(string plugin, string settings)
    {
        Requires.Root();
        Assert.SkipUnless(File.Exists(Path.Combine(PluginDirectory, plugin)), "Needs the plugins (Debian: apt-get install containernetworking-plugins).");
        string nsenter = Requires.Tool("nsenter");
        await using var host = new ContainerHost();
        using Process outside = Process.Start(Requires.Tool("unshare"), ["--net", "sleep", "1000"]);
        try
        {
            Assert.True(SpinWait.SpinUntil(() => new FileInfo($"/proc/{outside.Id}/ns/net").LinkTarget != new FileInfo("/proc/self/ns/net").LinkTarget, TimeSpan.FromSeconds(20)));
            CniNetwork network = CniNetwork.Parse(Encoding.UTF8.GetBytes(
                $$$"""{"cniVersion":"1.0.0","name":"test","plugins":[{"type":"{{{plugin}}}",{{{settings}}},"ipam":{"type":"host-local","dataDir":"{{{host.Combine("ipam")}}}","ranges":[[{"subnet":"10.77.0.0/24"}]]}}]}"""));
            var client = new CniClient(new CniOptions
            {
                PluginDirectories = [PluginDirectory],
                CacheDirectory = host.Combine("cache"),
                Launcher = [nsenter, $"--net=/proc/{outside.Id}/ns/net"],
            });
            await using Container container = await host.CreateAsync(ContainerHost.Spec("sleep", "1000"), ContainerStdio.Null);
            CniAttachment attachment = CniAttachment.Of(container);

            CniResult result = await client.AddAsync(network, attachment);
            await container.StartAsync();

            Assert.Equal("10.77.0.2/24", Assert.Single(result.Addresses).Address);
            Assert.Contains(result.Interfaces, i => i.Name == "eth0" && i.Sandbox == attachment.NetworkNamespace);
            Assert.Contains("10.77.0.2/24", await ExecAsync(container, "ip", "addr", "show", "eth0"));
            await client.CheckAsync(network, attachment);

            await ToolResult.RunAsync(nsenter, [$"--net=/proc/{container.Pid}/ns/net", "ip", "link", "delete", "eth0"]);
            var missing = await Assert.ThrowsAsync<CniException>(() => client.CheckAsync(network, attachment));
            Assert.Equal(plugin, missing.Plugin);
            Assert.NotNull(missing.Code);

            await container.DeleteAsync(force: true);
            await client.DeleteAsync(network, new CniAttachment(container.Id, null));
            Assert.Empty(Directory.GetFiles(host.Combine("ipam", "test"), "10.*"));
            Assert.Empty(Directory.GetFiles(host.Combine("cache")));
        }
        finally
        {
            outside.Kill();
            await outside.WaitForExitAsync();
        }
    }

    private static async Task<string> ExecAsync(Container container, params string[] args)
    {
        await using ContainerProcess process = await container.ExecAsync(new() { Args = args, Stdio = ContainerStdio.Pipes });
        string output = await new StreamReader(process.StandardOutput!).ReadToEndAsync();
        await process.WaitAsync();
        return output;
    }
}
