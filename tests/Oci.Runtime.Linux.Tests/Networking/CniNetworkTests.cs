using System.Text;
using Oci.Runtime.Linux.Networking;

namespace Oci.Runtime.Linux.Tests.Networking;

public class CniNetworkTests
{
    [Fact]
    public void Parse_List_GivesItsParts()
    {
        CniNetwork network = CniNetwork.Parse("""{"cniVersion":"0.4.0","name":"n","disableCheck":true,"plugins":[{"type":"bridge"},{"type":"portmap"}]}"""u8);

        Assert.Equal(("n", "0.4.0", true), (network.Name, network.Version, network.DisablesCheck));
        Assert.Equal(["bridge", "portmap"], network.PluginTypes);
    }

    [Fact]
    public void Parse_OnePlugin_IsAListOfOne()
    {
        CniNetwork network = CniNetwork.Parse("""{"cniVersion":"1.0.0","name":"n","type":"ptp"}"""u8);

        Assert.Equal(["ptp"], network.PluginTypes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"}]}")]
    [InlineData("{\"cniVersion\":\"9.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\"x\"}]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"../n\",\"plugins\":[{\"type\":\"x\"}]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[1]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{}]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\"../../bin/sh\"}]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":7}]}")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"name\":\"m\",\"plugins\":[{\"type\":\"x\"}]}")]
    public void Parse_BadDocument_NamesTheSource(string document)
    {
        var e = Assert.Throws<InvalidDataException>(() => CniNetwork.Parse(Encoding.UTF8.GetBytes(document), "/etc/cni/net.d/x.conflist"));

        Assert.StartsWith("/etc/cni/net.d/x.conflist ", e.Message);
    }

    [Fact]
    public async Task FindAsync_ByNameOrFirst_ReadsInOrder()
    {
        using var temp = new TempDirectory();
        await File.WriteAllTextAsync(temp.Combine("20-b.conflist"), """{"cniVersion":"1.0.0","name":"b","type":"x"}""");
        await File.WriteAllTextAsync(temp.Combine("10-a.conf"), """{"cniVersion":"1.0.0","name":"a","type":"x"}""");
        await File.WriteAllTextAsync(temp.Combine("00-notes.txt"), "no network");

        Assert.Equal("a", (await CniNetwork.FindAsync(temp.Path))?.Name);
        Assert.Equal("b", (await CniNetwork.FindAsync(temp.Path, "b"))?.Name);
        Assert.Null(await CniNetwork.FindAsync(temp.Path, "c"));
    }

    [Theory]
    [InlineData("", "eth0")]
    [InlineData("-x", "eth0")]
    [InlineData("a/b", "eth0")]
    [InlineData("web", "..")]
    [InlineData("web", "a b")]
    [InlineData("web", "sixteen-letters-")]
    public void CniAttachment_BadName_Throws(string container, string name)
    {
        Assert.Throws<ArgumentException>(() => new CniAttachment(container, null, name));
    }
}
