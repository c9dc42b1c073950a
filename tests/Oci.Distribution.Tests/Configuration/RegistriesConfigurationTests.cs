using Oci.Distribution.Configuration;

namespace Oci.Distribution.Tests.Configuration;

public sealed class RegistriesConfigurationTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("example.com/app:v1", "example.com")]
    [InlineData("example.com/foo/app:v1", "example.com/foo")]
    [InlineData("example.com/foobar/app", "example.com")]
    [InlineData("example.com/foo/exact:v1", "example.com/foo/exact:v1")]
    [InlineData("example.com/foo/exact:v12", "example.com/foo")]
    [InlineData("example.com:5000/app", "example.com")]
    [InlineData("example.org/app", null)]
    [InlineData("a.wild.example/app", "*.wild.example")]
    [InlineData("a.b.wild.example:5000/app", "*.wild.example")]
    [InlineData("wild.example/app", null)]
    [InlineData("notwild.example/app", null)]
    [InlineData("other.example/a.wild.example", null)]
    [InlineData("x.b.wild.example/app", "*.wild.example")]
    [InlineData("c.wild.example/app", "c.wild.example/app")]
    public void Find_TakesTheLongestPrefixThatEndsAtASeparator(string reference, string? prefix)
    {
        RegistriesConfiguration configuration = RegistriesConfiguration.Parse("""
            [[registry]]
            location = "example.com"
            [[registry]]
            prefix = "example.com/foo/"
            location = "elsewhere.example"
            [[registry]]
            location = "example.com/foo/exact:v1"
            [[registry]]
            prefix = "*.wild.example"
            [[registry]]
            location = "c.wild.example/app"
            """);

        Assert.Equal(prefix, configuration.Find(Reference.Parse(reference))?.Prefix);
    }

    [Theory]
    [InlineData("example.com/foo/image:v1", "mirror-0.example/for-foo/image:v1 mirror-1.example:5000/foo/image:v1! internal.example/bar/image:v1")]
    [InlineData("example.com/foo/image", "mirror-0.example/for-foo/image mirror-1.example:5000/foo/image! internal.example/bar/image")]
    [InlineData("example.com/foo/image@" + Digest, "mirror-0.example/for-foo/image@D mirror-2.example/foo/image@D internal.example/bar/image@D")]
    [InlineData("digest.example/app:v1", "digest.example/app:v1")]
    [InlineData("digest.example/app@" + Digest, "mirror-3.example/app@D digest.example/app@D")]
    [InlineData("a.wild.example/x:1", "wild-mirror.example/w/x:1 a.wild.example/x:1!")]
    [InlineData("unknown.example/x:1", "unknown.example/x:1")]
    public void GetPullSources_GivesMirrorsThenTheLocation(string reference, string expected)
    {
        RegistriesConfiguration configuration = RegistriesConfiguration.Parse("""
            [[registry]]
            prefix = "example.com/foo"
            location = "internal.example/bar"
            [[registry.mirror]]
            location = "mirror-0.example/for-foo"
            [[registry.mirror]]
            location = "mirror-1.example:5000/foo"
            insecure = true
            pull-from-mirror = "tag-only"
            [[registry.mirror]]
            location = "mirror-2.example/foo"
            pull-from-mirror = "digest-only"

            [[registry]]
            location = "digest.example"
            mirror-by-digest-only = true
            mirror = [{ location = "mirror-3.example" }]

            [[registry]]
            prefix = "*.wild.example"
            insecure = true
            [[registry.mirror]]
            location = "wild-mirror.example/w"
            """);

        IReadOnlyList<PullSource> sources = configuration.GetPullSources(Reference.Parse(reference));

        Assert.Equal(expected, string.Join(' ', sources.Select(s => $"{s.Reference}{(s.IsInsecure ? "!" : "")}")).Replace(Digest, "D", StringComparison.Ordinal));
        Assert.Equal([.. Enumerable.Repeat(true, sources.Count - 1), false], sources.Select(s => s.IsMirror));
    }

    [Fact]
    public void GetPullSources_OfABlockedReference_Throws()
    {
        RegistriesConfiguration configuration = RegistriesConfiguration.Parse("""
            [[registry]]
            location = "blocked.example"
            blocked = true
            [[registry]]
            location = "blocked.example/allowed"
            """);

        var e = Assert.Throws<RegistryException>(() => configuration.GetPullSources(Reference.Parse("blocked.example/x:1")));
        Assert.Contains("blocked.example/x:1 is blocked", e.Message);
        Assert.Single(configuration.GetPullSources(Reference.Parse("blocked.example/allowed/x:1")));
    }

    [Fact]
    public void GetPullSources_WithALocationThatMakesNoReference_Throws()
    {
        RegistriesConfiguration configuration = RegistriesConfiguration.Parse("[[registry]]\nprefix = 'a.example'\nlocation = 'B AD'");

        Assert.Contains("'B AD'", Assert.Throws<RegistriesConfigurationException>(() => configuration.GetPullSources(Reference.Parse("a.example/x"))).Message);
    }

    [Theory]
    [InlineData("image", "alias.example/ns/image")]
    [InlineData("image:v1", "alias.example/ns/image:v1")]
    [InlineData("image@" + Digest, "alias.example/ns/image@" + Digest)]
    [InlineData("ns/other:v1", "one.example/ns/other:v1 docker.io/ns/other:v1")]
    [InlineData("debian", "one.example/debian docker.io/library/debian")]
    [InlineData("full.example/x", "full.example/x")]
    [InlineData("localhost/x:1", "localhost/x:1")]
    public void ResolveShortName_GivesTheAliasOrASearchRegistryEach(string name, string expected)
    {
        RegistriesConfiguration configuration = RegistriesConfiguration.Parse("""
            unqualified-search-registries = ["one.example", "docker.io"]
            [aliases]
            "image" = "alias.example/ns/image"
            """);

        Assert.Equal(expected, string.Join(' ', configuration.ResolveShortName(name)));
    }

    [Theory]
    [InlineData("", "no search registries")]
    [InlineData("short-name-mode = 'enforcing'\nunqualified-search-registries = ['a.example', 'b.example']", "forbids to guess")]
    public void ResolveShortName_ThatCannotBeTold_Throws(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<RegistryException>(() => RegistriesConfiguration.Parse(text).ResolveShortName("x")).Message);

    [Theory]
    [InlineData("[registries.search]\nregistries = ['a.example']", "version 1")]
    [InlineData("[[registry]]", "neither location nor prefix")]
    [InlineData("[[registry]]\nprefix = 'a.example'", "has no location")]
    [InlineData("[[registry]]\nlocation = 'https://a.example'", "without http:// or https://")]
    [InlineData("[[registry]]\nprefix = '*.a.example/x'", "*.DOMAIN")]
    [InlineData("[[registry]]\nlocation = 'a.example'\npull-from-mirror = 'all'", "[[registry.mirror]]")]
    [InlineData("[[registry]]\nlocation = 'a.example'\n[[registry.mirror]]", "has no location")]
    [InlineData("[[registry]]\nlocation = 'a.example'\n[[registry.mirror]]\nlocation = 'b'\npull-from-mirror = 'x'", "'x' is no pull-from-mirror")]
    [InlineData("[[registry]]\nlocation = 'a.example'\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = 'b'\npull-from-mirror = 'all'", "cannot stand beside")]
    [InlineData("[[registry]]\nlocation = 'a'\ninsecure = true\n[[registry]]\nprefix = 'b'\nlocation = 'a'", "more than once")]
    [InlineData("[[registry]]\nlocation = 'a'\ninsecure = 'yes'", "true or false is due here")]
    [InlineData("registry = 'a'", "an array is due here")]
    [InlineData("unqualified-search-registries = ['a/b']", "no HOST[:PORT]")]
    [InlineData("short-name-mode = 'maybe'", "no short-name-mode")]
    [InlineData("[aliases]\n'a.example/x' = 'b.example/y'", "no alias")]
    [InlineData("[aliases]\nx = 'y'", "nothing that an alias can stand for")]
    [InlineData("[aliases]\nx = 'b.example/y:1'", "nothing that an alias can stand for")]
    public void Parse_OfWhatTheFormatForbids_SaysWhatAndWhere(string text, string problem)
    {
        var e = Assert.Throws<RegistriesConfigurationException>(() => RegistriesConfiguration.Parse(text));

        Assert.Contains(problem, e.Message);
        Assert.True(e.Line > 0);
        Assert.Null(e.Path);
    }

    [Fact]
    public async Task Load_PutsDropInsOverTheFile()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("registries.conf");
        string folder = directory.Combine("registries.conf.d");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, """
            unqualified-search-registries = ["one.example"]
            short-name-mode = "enforcing"
            [aliases]
            gone = "a.example/gone"
            kept = "a.example/kept"
            [[registry]]
            location = "a.example"
            blocked = true
            [[registry]]
            location = "b.example"
            insecure = true
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "20-b.conf"), "unqualified-search-registries = []\n[aliases]\nnew = 'b.example/new'");
        await File.WriteAllTextAsync(Path.Combine(folder, "10-a.conf"), "unqualified-search-registries = ['x']\n[aliases]\ngone = ''\n[[registry]]\nlocation = 'a.example'");
        await File.WriteAllTextAsync(Path.Combine(folder, "30-c.ignored"), "not toml");

        RegistriesConfiguration configuration = await RegistriesConfiguration.LoadAsync(path, [directory.Combine("absent"), folder]);

        Assert.Empty(configuration.SearchRegistries);
        Assert.Equal(ShortNameMode.Enforcing, configuration.ShortNameMode);
        Assert.Equal(["kept", "new"], configuration.Aliases.Keys.Order());
        Assert.Equal(["a.example", "b.example"], configuration.Registries.Select(r => r.Prefix));
        Assert.False(configuration.Registries[0].IsBlocked);
        Assert.True(configuration.Registries[1].IsInsecure);
    }

    [Fact]
    public async Task Load_OfABadDropIn_NamesTheFileLineAndColumn()
    {
        using var directory = new TempDirectory();
        string bad = directory.Combine("bad.conf");
        await File.WriteAllTextAsync(directory.Combine("registries"), "");
        await File.WriteAllTextAsync(bad, "\n  a = = 1");

        var e = await Assert.ThrowsAsync<RegistriesConfigurationException>(() => RegistriesConfiguration.LoadAsync(directory.Combine("registries"), [directory.Path]));

        Assert.Equal((bad, 2, 7), (e.Path, e.Line, e.Column));
        Assert.StartsWith($"{bad}, line 2, column 7: ", e.Message);
    }

    [Fact]
    public async Task Load_OfWhatCannotBeRead_NamesTheFile()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("registries.conf");

        Assert.Equal(path, (await Assert.ThrowsAsync<RegistriesConfigurationException>(() => RegistriesConfiguration.LoadAsync(path))).Path);
        await File.WriteAllBytesAsync(path, [0xff, 0xfe]);
        Assert.Contains("UTF-8", (await Assert.ThrowsAsync<RegistriesConfigurationException>(() => RegistriesConfiguration.LoadAsync(path))).Message);
        await File.WriteAllBytesAsync(path, new byte[TomlReader.MaxLength + 1]);
        Assert.Contains("the most that is read", (await Assert.ThrowsAsync<RegistriesConfigurationException>(() => RegistriesConfiguration.LoadAsync(path))).Message);
    }

    [Fact]
    public void Empty_LeavesReferencesAsTheyAre()
    {
        Reference reference = Reference.Parse("a.example/x:1");

        Assert.Null(RegistriesConfiguration.Empty.Find(reference));
        Assert.Equal(reference, Assert.Single(RegistriesConfiguration.Empty.GetPullSources(reference)).Reference);
    }
}
