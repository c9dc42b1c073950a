using System.Text;
using Oci.Distribution.Http;

namespace Oci.Distribution.Tests.Tags;

public sealed class RepositoryTagsTests
{
    [Theory]
    [InlineData("</v2/a/tags/list?last=b&n=2>; rel=\"next\"")]
    [InlineData("<http://HOST/v2/a/tags/list?last=b&n=2>;rel=next")]
    [InlineData("</other>; rel=\"prev\", <?last=b&n=2>; title=\"a, b\"; rel=\"x next\"")]
    public async Task List_OfSeveralPages_FollowsTheLinks(string link)
    {
        await using var registry = new ScriptedRegistry(e => e.Target.Contains('?')
            ? e.RespondAsync(200, """{"name":"a","tags":["c"]}"""u8.ToArray())
            : e.RespondAsync(200, """{"name":"a","tags":["b","a"]}"""u8.ToArray(), $"Link: {link.Replace("HOST", e["Host"])}"));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(["b", "a", "c"], await client.Repository("a").Tags.ListAsync().ToListAsync());
        Assert.Equal(["a", "b", "c"], await client.Repository("a").ListTagsAsync().ToListAsync());
        Assert.Equal("GET /v2/a/tags/list?last=b&n=2", registry.Requests.ElementAt(1));
    }

    [Theory]
    [InlineData("</v2/a/tags/list>; rel=next")]
    [InlineData("<http://other.example/v2/a/tags/list?x>; rel=next")]
    [InlineData("<file:///etc/passwd>; rel=next")]
    public async Task List_ThatGoesInACircleOrAway_Throws(string link)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, """{"tags":["a"]}"""u8.ToArray(), $"Link: {link}"));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryException>(async () => await client.Repository("a").Tags.ListAsync().ToListAsync());
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task List_ThatNeverEnds_IsReadPageByPage()
    {
        int page = 0;
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Encoding.UTF8.GetBytes($$"""{"tags":["t{{page++}}"]}"""), $"Link: <?n={page}>; rel=next"));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(["t0", "t1", "t2"], await client.Repository("a").Tags.ListAsync().Take(3).ToListAsync());
        Assert.Equal(3, registry.Requests.Count);
    }

    [Theory]
    [InlineData("""{"name":"a","tags":null}""")]
    [InlineData("{}")]
    public async Task List_OfARepositoryWithoutTags_IsEmpty(string body)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Encoding.UTF8.GetBytes(body)));
        using RegistryClient client = registry.CreateClient();

        Assert.Empty(await client.Repository("a").Tags.ListAsync().ToListAsync());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"tags\":5}")]
    [InlineData("")]
    public async Task List_OfSomethingElse_Throws(string body)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Encoding.UTF8.GetBytes(body)));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryException>(async () => await client.Repository("a").Tags.ListAsync().ToListAsync());
    }

    [Theory]
    [InlineData("<a>; rel=next", "a")]
    [InlineData("<a>; REL=\"NEXT\"", "a")]
    [InlineData("<a>", null)]
    [InlineData("<a; rel=next", null)]
    [InlineData("a>; rel=next <b", null)]
    [InlineData("", null)]
    public void LinkHeader_IsReadByItsRelation(string header, string? next) => Assert.Equal(next, LinkHeader.GetNext(header));
}
