using System.Net;
using System.Text;
using Oci.Distribution.Tags;

namespace Oci.Distribution.Tests.Tags;

public sealed class PagingTests
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    [Fact]
    public async Task List_InPages_AsksForASizeAndFollowsTheLinks()
    {
        await using var registry = new ScriptedRegistry(e => ServeAsync(e, link: true));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Names, await client.Repository("a").Tags.ListAsync(new() { PageSize = 2 }).ToListAsync());

        Assert.Equal(["?n=2", "?n=2&last=b", "?n=2&last=d"], registry.Requests.Select(r => r[r.IndexOf('?')..]));
    }

    [Fact]
    [Must("spec.md#paginating-with-the-last-parameter-1", "spec.md#backwards-compatibility-1")]
    public async Task List_InPages_OfARegistryWithoutLinks_AsksByTheLastName()
    {
        await using var registry = new ScriptedRegistry(e => ServeAsync(e, link: false));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Names, await client.Repository("a").Tags.ListAsync(new PageOptions { PageSize = 2 }).ToListAsync());
        Assert.Equal(3, registry.Requests.Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task List_InPages_OfARegistryThatKnowsNoPages_GivesEachNameOnce(int size)
    {
        await using var registry = new ScriptedRegistry(e => RespondAsync(e, Names));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Names, await client.Repository("a").Tags.ListAsync(new PageOptions { PageSize = size }).ToListAsync());
        Assert.Equal(size == 5 ? 2 : 1, registry.Requests.Count);
    }

    [Fact]
    public async Task List_AfterAName_AsksForWhatFollows()
    {
        await using var registry = new ScriptedRegistry(e => ServeAsync(e, link: true));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(["d", "e"], await client.Repository("a").Tags.ListAsync(new PageOptions { After = "c" }).ToListAsync());
        Assert.Equal(["GET /v2/a/tags/list?last=c"], registry.Requests);
    }

    [Fact]
    public async Task Catalog_InPages_EscapesTheLastName()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Encoding.UTF8.GetBytes(e.Target.Contains("team") ? """{"repositories":["z"]}""" : """{"repositories":["b","team/app"]}""")));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(["b", "team/app", "z"], await client.ListRepositoriesAsync(new() { PageSize = 2, After = "a" }).ToListAsync());
        Assert.Equal(["GET /v2/_catalog?n=2&last=a", "GET /v2/_catalog?n=2&last=team%2Fapp"], registry.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void PageSize_OfNothing_IsRefused(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new PageOptions { PageSize = size });

    [Theory]
    [InlineData(400)]
    [InlineData(405)]
    public async Task Delete_OfATag_WhereThatIsOff_SaysWhatToDo(int status)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(status, """{"errors":[{"code":"UNSUPPORTED"}]}"""u8.ToArray()));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Tags.DeleteAsync("v1"));

        Assert.Equal((HttpStatusCode)status, e.StatusCode);
        Assert.True(e.Has("UNSUPPORTED"));
        Assert.Contains("delete by digest", e.Hint);
    }

    [Theory]
    [InlineData(202, true)]
    [InlineData(404, false)]
    public async Task Delete_OfATag_TellsWhetherThereWasOne(int status, bool expected)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(status));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(expected, await client.Repository("a").Tags.DeleteAsync("v1"));
        Assert.Equal(["DELETE /v2/a/manifests/v1"], registry.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_WhoseLaterPageIsNotThere_ThrowsAndDoesNotEnd(bool link)
    {
        await using var registry = new ScriptedRegistry(e => e.Target.Contains("last=", StringComparison.Ordinal) ? e.RespondAsync(404) : ServeAsync(e, link));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(async () => await client.Repository("a").Tags.ListAsync(new PageOptions { PageSize = 2 }).ToListAsync());

        Assert.Equal(HttpStatusCode.NotFound, e.StatusCode);
        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task List_OfARepositoryThatIsNotThere_IsEmpty()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();

        Assert.Empty(await client.Repository("a").Tags.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task List_OfAnInsecureRegistryBehindTls_FollowsLinksByHttps()
    {
        await using var registry = new ScriptedRegistry(e => e.Target.Contains("last=", StringComparison.Ordinal)
            ? RespondAsync(e, ["b"])
            : RespondAsync(e, ["a"], $"Link: <https://{e["Host"]}/v2/a/tags/list?last=a>; rel=\"next\""));
        using RegistryClient insecure = registry.CreateClient(o => o.Insecure = true);
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(["a", "b"], await insecure.Repository("a").Tags.ListAsync().ToListAsync());
        await Assert.ThrowsAsync<RegistryException>(async () => await client.Repository("a").Tags.ListAsync().ToListAsync());
    }

    private static Task ServeAsync(Exchange e, bool link)
    {
        string query = e.Target[(e.Target.IndexOf('?') + 1)..];
        Dictionary<string, string> values = query.Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        int size = values.TryGetValue("n", out string? n) ? int.Parse(n) : Names.Length;
        string[] rest = [.. Names.Where(name => !values.TryGetValue("last", out string? last) || string.CompareOrdinal(name, last) > 0)];
        string[] page = [.. rest.Take(size)];
        return RespondAsync(e, page, link && rest.Length > size ? [$"Link: </v2/a/tags/list?n={size}&last={page[^1]}>; rel=\"next\""] : []);
    }

    private static Task RespondAsync(Exchange e, string[] names, params string[] headers) =>
        e.RespondAsync(200, Encoding.UTF8.GetBytes($$"""{"name":"a","tags":[{{string.Join(',', names.Select(name => $"\"{name}\""))}}]}"""), headers);
}
