using System.Text.Json.Nodes;
using Oci.Distribution;
using Oci.Distribution.Configuration;
using Oci.Image;
using Oci.Interop.Tests.EmbeddedRegistry;
using Oci.Interop.Tests.OciTool;

namespace Oci.Interop.Tests.Distribution;

/// <summary>Where a reference leads by registries.conf: skopeo and this SDK must agree.</summary>
public sealed class RegistriesConfTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    // In the mirror, in the registry, as both see it: 'v1' is another image at each, 'only' is in the registry alone.
    [Theory]
    [InlineData("logical.example/team/app:v1", "", "mirror")]
    [InlineData("logical.example/team/app:only", "", "registry")]
    [InlineData("logical.example/team/app:nosuch", "", "")]
    [InlineData("logical.example/team/app@REGISTRY", "", "registry")]
    [InlineData("logical.example/team/app@MIRROR", "", "mirror")]
    [InlineData("logical.example/team/app:v1", "mirror-by-digest-only = true", "registry")]
    [InlineData("logical.example/team/app@MIRROR", "mirror-by-digest-only = true", "mirror")]
    [InlineData("BLOCKED/blocked/app:v1", "", "")]
    [InlineData("moved.example/app:v1", "", "")]
    [InlineData("mirrored.example/app:v1", "", "registry")]
    [InlineData("logical.example/teamwork/app:v1", "", "")]
    [InlineData("a.wild.example/team/app:v1", "", "registry")]
    [InlineData("a.b.wild.example/real/app:only", "", "registry")]
    [InlineData("wild.example/team/app:v1", "", "")]
    public async Task Reference_LeadsToTheSameImageAsForSkopeo(string reference, string extra, string place)
    {
        string skopeo = Requires.Tool("skopeo");
        await using EmbeddedHost mirror = await EmbeddedHost.StartAsync();
        await using EmbeddedHost registry = await EmbeddedHost.StartAsync();
        Descriptor inMirror = await PushAsync(mirror, "mirrored/app", "v1");
        Descriptor inRegistry = await PushAsync(registry, "real/app", "v1", "only");
        await PushSameAsync(registry, "real/app", "team/app");
        await PushSameAsync(registry, "real/app", "blocked/app");
        string path = _temp.Combine("registries.conf");
        await File.WriteAllTextAsync(path, $"""
            [[registry]]
            prefix = "logical.example/team"
            location = "{registry.Address.Authority}/real"
            insecure = true
            {extra}
            [[registry.mirror]]
            location = "{mirror.Address.Authority}/mirrored"
            insecure = true

            [[registry]]
            location = "{registry.Address.Authority}/blocked"
            blocked = true

            [[registry]]
            prefix = "moved.example"
            location = "{registry.Address.Authority}/blocked"
            blocked = true

            [[registry]]
            prefix = "mirrored.example"
            location = "{registry.Address.Authority}/real"
            insecure = true
            [[registry.mirror]]
            location = "{registry.Address.Authority}/blocked"
            insecure = true

            [[registry]]
            prefix = "*.wild.example"
            location = "{registry.Address.Authority}"
            insecure = true
            """);
        string name = reference.Replace("BLOCKED", registry.Address.Authority, StringComparison.Ordinal).Replace("MIRROR", inMirror.Digest.ToString(), StringComparison.Ordinal).Replace("REGISTRY", inRegistry.Digest.ToString(), StringComparison.Ordinal);

        ToolResult theirs = await ToolResult.RunAsync(skopeo, ["--registries-conf", path, "--registries.d", _temp.Path, "inspect", "--raw", $"docker://{name}"]);
        Descriptor? ours = await ResolveAsync(path, name);

        Digest? expected = place switch { "mirror" => inMirror.Digest, "registry" => inRegistry.Digest, _ => null };
        Assert.Equal(expected, theirs.ExitCode == 0 ? Digest.Compute(System.Text.Encoding.UTF8.GetBytes(theirs.Output)) : null);
        Assert.Equal(expected, ours?.Digest);
    }

    [Fact]
    public async Task Tool_FollowsTheFileThatTheEnvironmentNames()
    {
        await using EmbeddedHost mirror = await EmbeddedHost.StartAsync();
        Descriptor image = await PushAsync(mirror, "mirrored/app", "v1");
        string path = _temp.Combine("registries.conf");
        await File.WriteAllTextAsync(path, $"""
            [[registry]]
            location = "blocked.example"
            blocked = true
            [[registry]]
            location = "127.0.0.1:1/real"
            prefix = "logical.example"
            [[registry.mirror]]
            location = "{mirror.Address.Authority}/mirrored"
            """);

        JsonNode copied = JsonNode.Parse((await RunAsync(path, "copy", "docker://logical.example/app:v1", $"oci:{_temp.Combine("layout")}:v1", "--json")).EnsureSuccess().Output)!;
        ToolResult blocked = await RunAsync(path, "inspect", "docker://blocked.example/app:v1");
        await File.WriteAllTextAsync(path, "[registries.search]\nregistries = ['a.example']");
        ToolResult old = await RunAsync(path, "inspect", "docker://logical.example/app:v1");

        Assert.Equal(image.Digest.ToString(), (string?)copied["digest"]);
        Assert.Contains("is blocked", blocked.Error);
        Assert.Contains($"{path}, line 1, column 1: this is version 1", old.Error);
    }

    [Fact]
    public async Task Tool_FollowsTheUsersOwnFiles()
    {
        string folder = Directory.CreateDirectory(_temp.Combine(".config", "containers", "registries.conf.d")).FullName;
        await File.WriteAllTextAsync($"{folder[..^2]}", "[[registry]]\nlocation = 'one.example'\nblocked = true");
        await File.WriteAllTextAsync(Path.Combine(folder, "10-more.conf"), "[[registry]]\nlocation = 'two.example'\nblocked = true");

        foreach (string host in (string[])["one.example", "two.example"])
        {
            ToolResult result = await ToolResult.RunAsync("sh", ["-c", $"unset CONTAINERS_REGISTRIES_CONF; HOME='{_temp.Path}' exec {OciToolProcess.ShellCommand} inspect docker://{host}/app:v1"]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains($"registries.conf forbids '{host}'", result.Error);
        }
    }

    private static Task<ToolResult> RunAsync(string path, params string[] arguments) =>
        ToolResult.RunAsync("sh", ["-c", $"CONTAINERS_REGISTRIES_CONF='{path}' exec {OciToolProcess.ShellCommand} \"$@\"", "oci", .. arguments]);

    private static async Task<Descriptor?> ResolveAsync(string path, string name)
    {
        using var pool = new RegistryClientPool(new() { Registries = await RegistriesConfiguration.LoadAsync(path), Client = new() { MaxRetries = 0 } });
        Reference reference = Reference.Parse(name);
        try
        {
            return await pool.OpenSource(reference).ResolveAsync(reference.Identifier);
        }
        catch (RegistryException)
        {
            return null;
        }
    }

    private static async Task<Descriptor> PushAsync(EmbeddedHost host, string name, params string[] tags)
    {
        Repository repository = host.CreateClient().Repository(name);
        Descriptor image = await ImageSamples.AddImageAsync(repository);
        foreach (string tag in tags)
        {
            await repository.TagAsync(image, tag);
        }
        return image;
    }

    private static async Task PushSameAsync(EmbeddedHost host, string from, string to)
    {
        RegistryClient client = host.CreateClient();
        await Oci.Distribution.Copying.ContentCopier.CopyAsync(client.Repository(from), "v1", client.Repository(to), "v1");
    }
}
