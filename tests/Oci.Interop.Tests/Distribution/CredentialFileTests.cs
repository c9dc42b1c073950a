using Oci.Distribution.Authentication;

namespace Oci.Interop.Tests.Distribution;

/// <summary>Logins that one tool keeps and another reads.</summary>
public sealed class CredentialFileTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("skopeo", "a.example:5000")]
    [InlineData("podman", "a.example:5000")]
    [InlineData("buildah", "a.example:5000")]
    [InlineData("skopeo", "docker.io")]
    [InlineData("podman", "docker.io")]
    [InlineData("skopeo", "a.example/team")]
    public async Task WhatIsStored_IsReadByOthers(string tool, string registry)
    {
        string program = Requires.Tool(tool);
        string path = _temp.Combine("auth.json");
        var store = new CredentialStore(path);
        await store.StoreAsync("unrelated.example", RegistryCredential.FromPassword("other", "x"));
        await store.StoreAsync(registry, RegistryCredential.FromPassword("mé", "p:ä ss"));

        ToolResult login = await ToolResult.RunAsync(program, ["login", "--get-login", "--authfile", path, registry]);

        Assert.Equal("mé", login.EnsureSuccess().Output.Trim());
    }

    [Theory]
    [InlineData("skopeo")]
    [InlineData("podman")]
    public async Task WhatOthersErase_IsGone_AndTheRestStays(string tool)
    {
        string program = Requires.Tool(tool);
        string path = _temp.Combine("auth.json");
        var store = new CredentialStore(path);
        await store.StoreAsync("a.example", RegistryCredential.FromPassword("one", "1"));
        await store.StoreAsync("b.example", RegistryCredential.FromIdentityToken("two"));

        (await ToolResult.RunAsync(program, ["logout", "--authfile", path, "a.example"])).EnsureSuccess();

        Assert.Null(await store.GetAsync("a.example"));
        Assert.Equal("two", (await store.GetAsync("b.example"))!.IdentityToken);
    }

    [Fact]
    public async Task DockersOwnFile_IsReadByOthersAfterAChange()
    {
        string skopeo = Requires.Tool("skopeo");
        string path = _temp.Combine("config.json");
        await File.WriteAllTextAsync(path, """{"auths":{"https://index.docker.io/v1/":{"auth":"b2xkOm9sZA=="}},"currentContext":"x"}""");
        var store = new CredentialStore(path);
        await store.StoreAsync("docker.io", RegistryCredential.FromPassword("new", "1"));

        ToolResult login = await ToolResult.RunAsync(skopeo, ["login", "--get-login", "docker.io"], environment: new Dictionary<string, string?> { ["DOCKER_CONFIG"] = _temp.Path, ["XDG_RUNTIME_DIR"] = _temp.Combine("none"), ["HOME"] = _temp.Path });

        Assert.Equal("new", login.EnsureSuccess().Output.Trim());
    }
}
