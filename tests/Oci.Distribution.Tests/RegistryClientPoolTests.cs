using System.Text;
using Oci.Distribution.Configuration;
using Oci.Image;

namespace Oci.Distribution.Tests;

public sealed class RegistryClientPoolTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("0123456789abcdef", 20_000)));
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);
    private static readonly byte[] ManifestBytes = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}"""u8.ToArray();
    private static readonly Descriptor ManifestDescriptor = Descriptor.Create(MediaTypes.ImageManifest, ManifestBytes);

    [Fact]
    public async Task OpenSource_ReadsFromTheFirstMirrorAlone()
    {
        await using var mirror = new ScriptedRegistry(ServeAsync);
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClientPool pool = CreatePool(registry, mirror);

        IContentSource source = pool.OpenSource(Reference.Parse("logical.example/team/app:v1"));

        Assert.Equal(ManifestDescriptor.Digest, (await source.ResolveAsync("v1"))!.Digest);
        Assert.Equal(Content, await ReadAsync(source, Blob));
        Assert.True(await source.ExistsAsync(Blob));
        Assert.Empty(registry.Requests);
        Assert.Contains("GET /v2/mirrored/app/manifests/v1", mirror.Requests);
    }

    [Theory]
    [InlineData("404")]
    [InlineData("500")]
    [InlineData("401")]
    [InlineData("lies")]
    [InlineData("breaks")]
    [InlineData("short")]
    public async Task OpenSource_OfAMirrorThatFails_GoesOnAtTheRegistry(string how)
    {
        await using var mirror = new ScriptedRegistry(e => FailAsync(e, how));
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClientPool pool = CreatePool(registry, mirror);
        IContentSource source = pool.OpenSource(Reference.Parse("logical.example/team/app:v1"));

        Assert.Equal(Content, await ReadAsync(source, Blob));
        Assert.Equal(ManifestDescriptor.Digest, (await source.ResolveAsync(ManifestDescriptor.Digest.ToString()))!.Digest);

        Assert.Contains($"GET /v2/real/app/blobs/{Blob.Digest}", registry.Requests);
        Assert.Contains($"GET /v2/mirrored/app/blobs/{Blob.Digest}", mirror.Requests);
    }

    [Fact]
    public async Task OpenSource_OfAMirrorThatIsDown_AsksItOnce()
    {
        await using var mirror = new ScriptedRegistry(e => e.RespondAsync(503));
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClientPool pool = CreatePool(registry, mirror);
        IContentSource source = pool.OpenSource(Reference.Parse("logical.example/team/app:v1"));

        await source.ResolveAsync("v1");
        int asked = mirror.Requests.Count;
        await ReadAsync(source, Blob);
        await source.ResolveAsync("v1");

        Assert.Equal(asked, mirror.Requests.Count);
    }

    [Fact]
    public async Task OpenSource_OfAMirrorWhoseFirstBytesLie_NeverHandsThemOutAsTheWhole()
    {
        byte[] other = [.. Content];
        other[0] ^= 1;
        await using var mirror = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(200, $"Content-Length: {Content.Length}");
            await e.SendAsync(other.AsMemory(0, 200_000));
            e.Close();
        });
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClientPool pool = CreatePool(registry, mirror);

        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadAsync(pool.OpenSource(Reference.Parse("logical.example/team/app:v1")), Blob));
    }

    [Fact]
    public async Task OpenSource_WhereAllFail_TellsOfAll()
    {
        await using var mirror = new ScriptedRegistry(e => e.RespondAsync(403));
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(500));
        using RegistryClientPool pool = CreatePool(registry, mirror);

        var e = await Assert.ThrowsAsync<RegistryException>(() => pool.OpenSource(Reference.Parse("logical.example/team/app:v1")).ResolveAsync("v1"));

        Assert.Equal(500, (int)e.StatusCode!);
        Assert.Contains("answered 500", e.Message);
        Assert.Contains($"{mirror.Address.Authority}/mirrored/app: ", e.Message);
        Assert.Contains("answered 403", e.Message);
    }

    [Fact]
    public async Task OpenSource_WhereNoneHasIt_IsAsAnySource()
    {
        await using var mirror = new ScriptedRegistry(e => e.RespondAsync(404));
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClientPool pool = CreatePool(registry, mirror);
        IContentSource source = pool.OpenSource(Reference.Parse("logical.example/team/app:v1"));

        Assert.Null(await source.ResolveAsync("v1"));
        Assert.False(await source.ExistsAsync(Blob));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => source.OpenAsync(Blob));
    }

    [Fact]
    public async Task OpenSource_ListsTagsOfTheRegistry_AndOfAMirrorOnlyWhereThatFails()
    {
        bool isDown = false;
        await using var mirror = new ScriptedRegistry(e => e.RespondAsync(200, """{"tags":["mirrored"]}"""u8.ToArray()));
        await using var registry = new ScriptedRegistry(e => isDown ? e.RespondAsync(403) : e.RespondAsync(200, """{"tags":["b","a"]}"""u8.ToArray()));
        using RegistryClientPool pool = CreatePool(registry, mirror);
        IContentSource source = pool.OpenSource(Reference.Parse("logical.example/team/app:v1"));

        Assert.Equal(["a", "b"], await source.ListTagsAsync().ToListAsync());
        isDown = true;
        Assert.Equal(["mirrored"], await source.ListTagsAsync().ToListAsync());
    }

    [Fact]
    public async Task OpenSource_ThatIsCancelled_AsksNoOther()
    {
        using var cancellation = new CancellationTokenSource();
        await using var mirror = new ScriptedRegistry(async e =>
        {
            await cancellation.CancelAsync();
            await e.HangAsync();
        });
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClientPool pool = CreatePool(registry, mirror);

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.OpenSource(Reference.Parse("logical.example/team/app:v1")).ResolveAsync("v1", cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public void Open_OfABlockedReference_Throws()
    {
        using var pool = new RegistryClientPool(new() { Registries = RegistriesConfiguration.Parse("[[registry]]\nlocation = 'a.example/x'\nblocked = true") });

        Assert.Throws<RegistryException>(() => pool.Open(Reference.Parse("a.example/x/y")));
        Assert.Throws<RegistryException>(() => pool.OpenSource(Reference.Parse("a.example/x/y")));
        Assert.Equal("y", pool.Open(Reference.Parse("a.example/y")).Name);
    }

    [Fact]
    public void Open_HasAClientForEachRegistry()
    {
        using var pool = new RegistryClientPool(new() { Registries = RegistriesConfiguration.Parse("[[registry]]\nlocation = 'a.example/insecure'\ninsecure = true\n[[registry]]\nprefix = 'moved.example'\nlocation = 'a.example'") });

        Repository one = pool.Open(Reference.Parse("a.example/x"));

        Assert.Same(one.Client, pool.Open(Reference.Parse("A.EXAMPLE/y")).Client);
        Assert.Same(one.Client, ((Repository)pool.OpenSource(Reference.Parse("moved.example/y"))).Client);
        Assert.Equal(new Uri("https://a.example/"), one.Client.Registry);
        Assert.NotSame(one.Client, pool.Open(Reference.Parse("a.example/insecure")).Client);
        // What is written goes to where it is named.
        Assert.Equal(new Uri("https://moved.example/"), pool.Open(Reference.Parse("moved.example/y")).Client.Registry);
        Assert.Equal("http", pool.Open(Reference.Parse("localhost:5000/y")).Client.Registry.Scheme);
        Assert.Throws<ArgumentException>(() => pool.Open(default));
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Open(Reference.Parse("a.example/x")));
    }

    [Fact]
    public async Task Open_WithCertificatesForTheHost_UsesThem()
    {
        using var directory = new TempDirectory();
        using var authority = new TestAuthority();
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200), authority.Serve());
        string folder = Directory.CreateDirectory(directory.Combine(registry.Address.Authority)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.crt"), authority.Root.ExportCertificatePem());
        using var pool = new RegistryClientPool(new() { CertificateFolders = { directory.Path } });

        await pool.Open(Reference.Parse($"{registry.Address.Authority}/a")).Client.PingAsync();

        Assert.Single(registry.Requests);
    }

    private static RegistryClientPool CreatePool(ScriptedRegistry registry, ScriptedRegistry mirror) => new(new()
    {
        Client = new() { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetries = 1 },
        Registries = RegistriesConfiguration.Parse($"""
            [[registry]]
            prefix = "logical.example/team"
            location = "{registry.Address.Authority}/real"
            [[registry.mirror]]
            location = "{mirror.Address.Authority}/mirrored"
            """),
    });

    private static async Task<byte[]> ReadAsync(IContentSource source, Descriptor descriptor)
    {
        await using Stream stream = await source.OpenAsync(descriptor);
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private static Task ServeAsync(Exchange e) => e.Path.Contains("/manifests/", StringComparison.Ordinal)
        ? e.RespondAsync(200, ManifestBytes, "Content-Type: application/vnd.oci.image.manifest.v1+json")
        : e.RespondAsync(200, Content);

    private static async Task FailAsync(Exchange e, string how)
    {
        if (int.TryParse(how, out int status))
        {
            await e.RespondAsync(status);
            return;
        }
        if (e.Path.Contains("/manifests/", StringComparison.Ordinal))
        {
            await e.RespondAsync(200, "{}"u8.ToArray(), "Content-Type: application/vnd.oci.image.manifest.v1+json");
            return;
        }
        if (how == "lies")
        {
            byte[] other = [.. Content];
            other[^1] ^= 1;
            await e.RespondAsync(200, other);
            return;
        }
        await e.SendHeadAsync(200, how == "short" ? "Content-Length: 100" : $"Content-Length: {Content.Length}");
        await e.SendAsync(Content.AsMemory(0, 100));
        e.Close(reset: how == "breaks");
    }
}
