using System.Text.Json.Nodes;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Authentication;

public sealed class CredentialStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string _path;
    private readonly CredentialStore _store;

    public CredentialStoreTests()
    {
        _path = _directory.Combine("new", "folder", "auth.json");
        _store = new CredentialStore(_path);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Store_MakesAFileThatOnlyTheOwnerReads()
    {
        await _store.StoreAsync("a.example:5000", RegistryCredential.FromPassword("me", "p:w"));

        RegistryCredential? credential = await _store.GetAsync("a.example:5000");
        Assert.Equal(("me", "p:w", _path), (credential!.Username, credential.Password, credential.Origin));
        Assert.Equal("""{"auths":{"a.example:5000":{"auth":"bWU6cDp3"}}}""", JsonNode.Parse(await File.ReadAllTextAsync(_path))!.ToJsonString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
        }
    }

    [Fact]
    public async Task Store_OverAnother_TakesItsPlace_AndErasesSpellings()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await File.WriteAllTextAsync(_path, """{"auths":{"https://a.example/v1/":{"auth":"b2xkOm9sZA=="},"b.example":{"auth":"YjpiOg=="}}}""");
        await _store.StoreAsync("a.example", RegistryCredential.FromIdentityToken("refresh"));
        Assert.Equal("refresh", (await _store.GetAsync("a.example"))!.IdentityToken);

        await _store.StoreAsync("a.example", RegistryCredential.FromPassword("me", "new"));

        RegistryCredential? credential = await _store.GetAsync("a.example");
        Assert.Null(credential!.IdentityToken);
        Assert.Equal("new", credential.Password);
        Assert.Equal(["a.example", "b.example"], (await _store.ListAsync()).Select(c => c.Registry));
        Assert.True(await _store.EraseAsync("a.example"));
        Assert.False(await _store.EraseAsync("a.example"));
        Assert.Null(await _store.GetAsync("a.example"));
        Assert.Equal("b", (await _store.GetAsync("b.example"))!.Username);
    }

    [Fact]
    public async Task Store_OfANamespace_IsForItsRepositoriesAlone()
    {
        await _store.StoreAsync("a.example/team", RegistryCredential.FromPassword("team", "1"));

        Assert.Equal("team", (await _store.GetAsync("a.example", "team/app"))!.Username);
        Assert.Null(await _store.GetAsync("a.example", "other"));
        Assert.Null(await _store.GetAsync("a.example"));
    }

    [Theory]
    [InlineData("auth.json", "docker.io")]
    [InlineData("config.json", "https://index.docker.io/v1/")]
    public async Task Store_ForDockerHub_HasTheKeyOfTheFilesTool(string name, string key)
    {
        var store = new CredentialStore(_directory.Combine(name));

        await store.StoreAsync("docker.io", RegistryCredential.FromPassword("me", "1"));

        Assert.NotNull(JsonNode.Parse(await File.ReadAllTextAsync(store.Path))!["auths"]![key]);
        Assert.Equal("docker.io", Assert.Single(await store.ListAsync()).Registry);
        Assert.Equal("me", (await store.GetAsync("registry-1.docker.io"))!.Username);
        Assert.True(await store.EraseAsync("docker.io"));
    }

    [Fact]
    public async Task Store_KeepsWhatItDoesNotKnow()
    {
        string path = _directory.Combine("config.json");
        await File.WriteAllTextAsync(path, """
            {"HttpHeaders":{"X":"ü"},"big":12345678901234567890.10,"auths":{"b.example":{"email":"b@example","auth":"YjpiOg=="}},"plugins":{"a":{"b":[true,null]}}}
            """);

        await new CredentialStore(path).StoreAsync("b.example", RegistryCredential.FromPassword("me", "1"));

        string text = await File.ReadAllTextAsync(path);
        Assert.Contains("12345678901234567890.10", text);
        Assert.Contains("ü", text);
        JsonNode root = JsonNode.Parse(text)!;
        Assert.Equal("b@example", (string?)root["auths"]!["b.example"]!["email"]);
        Assert.Equal("[true,null]", root["plugins"]!["a"]!["b"]!.ToJsonString());
        Assert.Equal("bWU6MQ==", (string?)root["auths"]!["b.example"]!["auth"]);
    }

    [Fact]
    public async Task Store_ThroughALink_WritesWhatItLeadsTo()
    {
        Requires.Linux();
        string target = _directory.Combine("target.json");
        string link = _directory.Combine("auth.json");
        await File.WriteAllTextAsync(target, "{}");
        File.CreateSymbolicLink(link, target);

        await new CredentialStore(link).StoreAsync("a.example", RegistryCredential.FromPassword("me", "1"));

        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Contains("bWU6MQ==", await File.ReadAllTextAsync(target));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"auths\":[]}")]
    [InlineData("{\"auths\":{\"a\":1}}")]
    [InlineData("{\"auths\":{},\"auths\":{}}")]
    [InlineData("{\"auths\":{\"a.example\":{},\"a.example\":{}}}")]
    [InlineData("{\"credsStore\":5}")]
    [InlineData("{} trailing")]
    public async Task Store_IntoABadFile_RefusesAndLeavesIt(string content)
    {
        string path = _directory.Combine("auth.json");
        await File.WriteAllTextAsync(path, content);
        var store = new CredentialStore(path);

        var e = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => store.StoreAsync("a", RegistryCredential.FromPassword("me", "s3cret")));

        Assert.Contains(path, e.Message);
        Assert.DoesNotContain("s3cret", e.ToString());
        Assert.Equal(content, await File.ReadAllTextAsync(path));
        Assert.Equal(["auth.json", "auth.json.lock"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Store_IntoAnEmptyFile_Works()
    {
        string path = _directory.Combine("auth.json");
        await File.WriteAllTextAsync(path, "");

        await new CredentialStore(path).StoreAsync("a.example", RegistryCredential.FromPassword("me", "1"));

        Assert.Equal("me", (await new CredentialStore(path).GetAsync("a.example"))!.Username);
    }

    [Theory]
    [InlineData("https://a.example")]
    [InlineData("a.example/UPPER")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task Store_UnderWhatIsNoRegistry_Throws(string registry)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => _store.StoreAsync(registry, RegistryCredential.FromPassword("me", "1")));
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task Store_FromManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => new CredentialStore(_path).StoreAsync($"r{i}.example", RegistryCredential.FromPassword($"u{i}", "p"))));

        Assert.Equal(24, (await _store.ListAsync()).Count);
        Assert.Equal("u7", (await _store.GetAsync("r7.example"))!.Username);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(_path)!).Length);
    }

    [Fact]
    public async Task Store_WhileAnotherWrites_CanBeCancelled()
    {
        await _store.StoreAsync("a.example", RegistryCredential.FromPassword("me", "1"));
        using var held = new FileStream($"{_path}.lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var cancellation = new CancellationTokenSource();
        Task waiting = _store.StoreAsync("b.example", RegistryCredential.FromPassword("me", "1"), cancellation.Token);

        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Single(await _store.ListAsync());
    }

    [Fact]
    public async Task List_OfNoFile_IsEmpty()
    {
        Assert.Empty(await _store.ListAsync());
        Assert.False(await _store.EraseAsync("a.example"));
        Assert.Empty(await _store.EraseAllAsync());
        Assert.False(File.Exists(_path));
    }
}
