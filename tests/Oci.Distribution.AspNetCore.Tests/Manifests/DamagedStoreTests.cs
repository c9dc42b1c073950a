using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Manifests;

/// <summary>Pushes and deletes mend what was changed in the store from outside.</summary>
public sealed class DamagedStoreTests
{
    [Theory]
    [InlineData("{")]
    [InlineData(null)]
    public async Task Put_ManifestIsDamaged_IsMended(string? damage)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] manifest = await hosts.Host.PushImageAsync("a", "v1");
        await DamageAsync(hosts, manifest, damage ?? new string(' ', manifest.Length));

        using HttpResponseMessage put = await hosts.Host.PutManifestAsync("a", "v1", manifest);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(manifest, await hosts.Host.Client.GetByteArrayAsync("/v2/a/manifests/v1"));
    }

    [Fact]
    public async Task Delete_ManifestAndATagAreDamaged_RemovesItWithItsTags()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] manifest = await hosts.Host.PushImageAsync("a", "v1");
        await hosts.Host.PushImageAsync("a", "broken", "other");
        await DamageAsync(hosts, manifest, "{");
        await File.WriteAllTextAsync(Path.Combine(hosts.Root, "repositories", "a", "_tags", "broken"), "no digest");

        using HttpResponseMessage deleted = await hosts.Host.Client.DeleteAsync($"/v2/a/manifests/{Digest.Compute(manifest)}");
        using HttpResponseMessage tags = await hosts.Host.Client.GetAsync("/v2/a/tags/list");
        using HttpResponseMessage gone = await hosts.Host.Client.GetAsync($"/v2/a/manifests/{Digest.Compute(manifest)}");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
        Assert.Equal("""{"name":"a","tags":["broken"]}""", await tags.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Put_ManyThingsAreMissing_NamesEachOnceAndAHundredAtMost()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        async Task<int> CountAsync(IEnumerable<int> names)
        {
            IEnumerable<string> layers = names.Select(name => $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{Digest.Compute(BitConverter.GetBytes(name))}}","size":4}""");
            string manifest = $$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{await host.PushBlobAsync("a", "{}"u8.ToArray())}}","size":2},"layers":[{{string.Join(',', layers)}}]}""";
            using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", System.Text.Encoding.UTF8.GetBytes(manifest));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").GetArrayLength();
        }

        Assert.Equal(1, await CountAsync(Enumerable.Repeat(1, 50)));
        Assert.Equal(100, await CountAsync(Enumerable.Range(0, 150)));
    }

    private static Task DamageAsync(RegistryHosts hosts, byte[] manifest, string content)
    {
        string hex = Digest.Compute(manifest).Hex.ToString();
        return File.WriteAllTextAsync(Path.Combine(hosts.Root, "blobs", "sha256", hex[..2], hex), content);
    }
}
