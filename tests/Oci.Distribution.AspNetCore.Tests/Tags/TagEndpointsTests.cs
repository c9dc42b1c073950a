using System.Net;
using System.Text.Json;

namespace Oci.Distribution.AspNetCore.Tests.Tags;

/// <summary>distribution-spec, "Listing Tags" (end-8a, end-8b).</summary>
public sealed class TagEndpointsTests
{
    private static readonly string[] Names = ["B", "a", "a-1", "a.1", "a_1", "b", "v10", "v9"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#content-discovery-listing-tags-1", "spec.md#content-discovery-listing-tags-2", "spec.md#content-discovery-listing-tags-3")]
    public async Task List_All_MustAnswer200InOrdinalOrder(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        await PushAsync(hosts.Host);

        using HttpResponseMessage response = await hosts.Host.Client.GetAsync("/v2/a/b/tags/list");

        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.False(response.Headers.Contains("Link"));
        (string name, string[] tags) = Read(await response.Content.ReadAsStringAsync());
        Assert.Equal("a/b", name);
        Assert.Equal(Names, tags);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(100)]
    [Must("spec.md#limiting-the-number-of-returned-tags-n-parameter-1", "spec.md#pagination-2")]
    public async Task List_ByPages_LinkLeadsThroughAllOfThem(int size)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await PushAsync(host);
        var all = new List<string>();
        string? path = $"/v2/a/b/tags/list?n={size}";
        while (path is not null)
        {
            using HttpResponseMessage response = await host.Client.GetAsync(path);
            string[] page = Read(await response.Content.ReadAsStringAsync()).Tags;
            Assert.InRange(page.Length, 1, size);
            all.AddRange(page);
            path = NextOf(response);
        }
        Assert.Equal(Names, all);
    }

    [Fact]
    [Must("spec.md#limiting-the-number-of-returned-tags-n-parameter-2")]
    public async Task List_NIsZero_MustBeEmptyWithoutLink()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await PushAsync(host);

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/a/b/tags/list?n=0");

        Assert.Empty(Read(await response.Content.ReadAsStringAsync()).Tags);
        Assert.False(response.Headers.Contains("Link"));
    }

    [Theory]
    [InlineData("a-1", "a.1")]
    [InlineData("a-0", "a-1")]
    [InlineData("Z", "a")]
    [Must("spec.md#paginating-with-the-last-parameter-1", "spec.md#paginating-with-the-last-parameter-2")]
    public async Task List_Last_MustBeginAfterItThoughItBeNoTag(string last, string first)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await PushAsync(host);

        string[] tags = Read(await host.Client.GetStringAsync($"/v2/a/b/tags/list?last={last}")).Tags;

        Assert.Equal(Names.SkipWhile(name => name != first), tags);
    }

    [Fact]
    [Must("spec.md#limiting-the-number-of-returned-tags-n-parameter-1")]
    public async Task List_MoreThanTheLargestPage_IsCutWithALink()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.MaxPageSize = 5);
        await PushAsync(host);

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/a/b/tags/list?n=1000000000000");

        Assert.Equal(Names.Take(5), Read(await response.Content.ReadAsStringAsync()).Tags);
        Assert.NotNull(NextOf(response));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("1.5")]
    public async Task List_NIsNoNumber_Answers400(string n)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await PushAsync(host);

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/b/tags/list?n={n}");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "UNSUPPORTED");
    }

    [Fact]
    public async Task List_RepositoryThatIsNotThere_Answers404()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/nothing/tags/list");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.NotFound, "NAME_UNKNOWN");
    }

    private static async Task PushAsync(RegistryHost host)
    {
        foreach (string name in Names.Reverse())
        {
            await host.PushImageAsync("a/b", name);
        }
    }

    private static (string Name, string[] Tags) Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return (document.RootElement.GetProperty("name").GetString()!, [.. document.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)]);
    }

    private static string? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links))
        {
            return null;
        }
        string link = links.Single();
        Assert.EndsWith(">; rel=\"next\"", link);
        return link[1..link.IndexOf('>')];
    }
}
