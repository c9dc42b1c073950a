using System.Text.Json.Nodes;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Authentication;

/// <summary>One class, since the PATH is that of the whole process.</summary>
public sealed class CredentialHelperStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("{\"credsStore\":\"NAME\"}", "a.example:5000")]
    [InlineData("{\"credHelpers\":{\"a.example:5000\":\"NAME\"}}", "a.example:5000")]
    [InlineData("{\"credsStore\":\"NAME\"}", "docker.io")]
    public async Task Store_WithAHelper_KeepsTheSecretThereAlone(string config, string registry)
    {
        using var helper = new FakeHelper(_directory, "keeper");
        string path = _directory.Combine("config.json");
        await File.WriteAllTextAsync(path, config.Replace("NAME", helper.Name, StringComparison.Ordinal));
        var store = new CredentialStore(path);

        await store.StoreAsync(registry, RegistryCredential.FromPassword("me", "s3cret \\\" ü"));
        RegistryCredential? stored = await store.GetAsync(registry);
        IReadOnlyList<StoredCredential> listed = await store.ListAsync();
        string file = await File.ReadAllTextAsync(path);
        bool erased = await store.EraseAsync(registry);

        Assert.Equal(("me", "s3cret \\\" ü", "docker-credential-keeper"), (stored!.Username, stored.Password, stored.Origin));
        Assert.Equal(registry, Assert.Single(listed).Registry);
        Assert.Equal("keeper", listed[0].Helper);
        Assert.DoesNotContain("\"auth\"", file);
        Assert.True(erased);
        Assert.Empty(Directory.GetFiles(helper.Folder));
        Assert.Null(await store.GetAsync(registry));
        Assert.False(await store.EraseAsync(registry));
        Assert.Empty(await store.ListAsync());
    }

    [Fact]
    public async Task Store_OfAnIdentityTokenInAHelper_GivesItBack()
    {
        using var helper = new FakeHelper(_directory, "keeper");
        await File.WriteAllTextAsync(_directory.Combine("auth.json"), """{"credsStore":"keeper"}""");
        var store = new CredentialStore(_directory.Combine("auth.json"));

        await store.StoreAsync("a.example", RegistryCredential.FromIdentityToken("refresh"));

        Assert.Equal("refresh", (await store.GetAsync("a.example"))!.IdentityToken);
        Assert.Equal("", Assert.Single(await store.ListAsync()).Username);
    }

    [Fact]
    public async Task Store_WhereTheFileHadTheSecret_TakesItOut()
    {
        using var helper = new FakeHelper(_directory, "keeper");
        string path = _directory.Combine("auth.json");
        var store = new CredentialStore(path);
        await store.StoreAsync("a.example", RegistryCredential.FromPassword("me", "old"));
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        config["credHelpers"] = new JsonObject { ["a.example"] = helper.Name };
        await File.WriteAllTextAsync(path, config.ToJsonString());

        await store.StoreAsync("a.example", RegistryCredential.FromPassword("me", "new"));

        Assert.Equal("new", (await store.GetAsync("a.example"))!.Password);
        Assert.DoesNotContain("bWU6", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task EraseAll_ForgetsTheFileAndTheHelpers()
    {
        using var helper = new FakeHelper(_directory, "keeper");
        string path = _directory.Combine("auth.json");
        await File.WriteAllTextAsync(path, """{"credHelpers":{"kept.example":"keeper"},"other":[1.50]}""");
        var store = new CredentialStore(path);
        await store.StoreAsync("kept.example", RegistryCredential.FromPassword("me", "1"));
        await store.StoreAsync("filed.example", RegistryCredential.FromPassword("me", "2"));

        Assert.Equal(["filed.example", "kept.example"], await store.EraseAllAsync());

        Assert.Empty(Directory.GetFiles(helper.Folder));
        Assert.Empty(await store.ListAsync());
        Assert.Contains("1.50", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Store_OfANamespace_IsInTheFile_SinceHelpersKnowHostsAlone()
    {
        using var helper = new FakeHelper(_directory, "keeper");
        await File.WriteAllTextAsync(_directory.Combine("auth.json"), """{"credsStore":"keeper"}""");
        var store = new CredentialStore(_directory.Combine("auth.json"));

        await store.StoreAsync("a.example/team", RegistryCredential.FromPassword("team", "1"));

        Assert.Empty(Directory.GetFiles(helper.Folder));
        Assert.Equal("team", (await store.GetAsync("a.example", "team/app"))!.Username);
        Assert.Null((await store.ListAsync()).Single().Helper);
        Assert.True(await store.EraseAsync("a.example/team"));
    }

    [Fact]
    public async Task Helper_ThatDoesNotReadItsInput_IsJudgedByItsAnswer()
    {
        using var helper = new FakeHelper(_directory, "keeper");
        await File.WriteAllTextAsync(_directory.Combine("keeper-bin", "docker-credential-keeper"), "#!/bin/sh\nexec 0<&-\n[ $1 = get ] && echo credentials not found in native keychain\nexit 3\n");
        string path = _directory.Combine("auth.json");
        await File.WriteAllTextAsync(path, """{"credsStore":"keeper"}""");
        var store = new CredentialStore(path);
        // More than a pipe holds, so that the writing cannot be over before the helper is.
        var credential = RegistryCredential.FromPassword("me", new string('x', 1 << 20));

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => store.StoreAsync("a.example", credential));

        Assert.Contains("failed to store, with exit code 3", e.Message);
        Assert.Null(await store.GetAsync("a.example"));
    }

    [Fact]
    public async Task Helper_ThatFails_IsTold_AndTheFileStays()
    {
        using var helper = new FakeHelper(_directory, "keeper");
        Directory.Delete(helper.Folder);
        string path = _directory.Combine("auth.json");
        await File.WriteAllTextAsync(path, """{"credsStore":"keeper"}""");

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => new CredentialStore(path).StoreAsync("a.example", RegistryCredential.FromPassword("me", "s3cret")));

        Assert.Contains("docker-credential-keeper failed to store", e.Message);
        Assert.DoesNotContain("s3cret", e.ToString());
        Assert.Equal("""{"credsStore":"keeper"}""", await File.ReadAllTextAsync(path));
    }
}
