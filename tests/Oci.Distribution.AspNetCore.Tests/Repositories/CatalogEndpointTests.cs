using System.Net;

namespace Oci.Distribution.AspNetCore.Tests.Repositories;

public sealed class CatalogEndpointTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_RepositoriesInsideOthers_AreInOrdinalOrderByPages(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        foreach (string name in (string[])["b", "a/b/c", "a", "a-b"])
        {
            await hosts.Host.PushImageAsync(name, "v1");
        }
        await hosts.Host.PushBlobAsync("only/blobs", [1]);

        using HttpResponseMessage first = await hosts.Host.Client.GetAsync("/v2/_catalog?n=3");
        string next = first.Headers.GetValues("Link").Single().Split('<', '>')[1];

        Assert.Equal("""{"repositories":["a","a-b","a/b/c"]}""", await first.Content.ReadAsStringAsync());
        Assert.Equal("""{"repositories":["b"]}""", await hosts.Host.Client.GetStringAsync(next));
    }

    [Fact]
    public async Task List_EmptyRegistry_IsEmpty()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        Assert.Equal("""{"repositories":[]}""", await host.Client.GetStringAsync("/v2/_catalog"));
    }

    [Fact]
    public async Task Post_Catalog_Answers405()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.PostAsync("/v2/_catalog", null);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
    }
}
