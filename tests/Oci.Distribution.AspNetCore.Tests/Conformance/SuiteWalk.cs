using System.Net;
using System.Text.Json;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.Conformance;

/// <summary>Pushes, lists, pulls and deletes content, and looks at every answer on the way.</summary>
internal sealed class SuiteWalk(RegistryHost host, string repository)
{
    private int _pushes;

    public async Task RunAsync(SuiteData data)
    {
        foreach ((Digest digest, byte[] content) in data.Blobs)
        {
            await PushBlobAsync(digest, content);
            await PullAsync($"blobs/{digest}", digest, content, "application/octet-stream");
        }
        foreach (SuiteManifest manifest in data.Manifests)
        {
            await PushManifestAsync(data, manifest);
        }
        await ListTagsAsync(data);
        foreach (SuiteManifest manifest in data.Manifests)
        {
            await PullAsync($"manifests/{manifest.Descriptor.Digest}", manifest.Descriptor.Digest, manifest.Content, manifest.Descriptor.MediaType.ToString());
        }
        foreach ((string tag, Digest digest) in data.Tags)
        {
            SuiteManifest manifest = data.Manifests.Single(m => m.Descriptor.Digest == digest);
            await PullAsync($"manifests/{tag}", digest, manifest.Content, manifest.Descriptor.MediaType.ToString());
        }
        foreach (IGrouping<Digest, SuiteManifest> referrers in data.Manifests.Where(m => m.Subject is not null).GroupBy(m => m.Subject!.Value))
        {
            await ListReferrersAsync(referrers.Key, [.. referrers]);
        }
        await DeleteAsync(data);
    }

    /// <summary>Pushes a blob in one of four ways, each in its turn.</summary>
    public async Task PushBlobAsync(Digest digest, byte[] content)
    {
        int way = _pushes++ % 4;
        string query = way == 0 ? $"?digest={digest}" : digest.Algorithm == DigestAlgorithm.Sha512 ? "?digest-algorithm=sha512" : "";
        using HttpResponseMessage post = await host.Client.PostAsync($"/v2/{repository}/blobs/uploads/{query}", way == 0 ? new ByteArrayContent(content) : null);
        HttpResponseMessage last = post;
        string location = post.Headers.Location!.ToString();
        if (way != 0)
        {
            Assert.Equal(HttpStatusCode.Accepted, post.StatusCode);
            int chunk = way switch { 1 => 0, 2 => content.Length, _ => content.Length / 3 + 1 };
            int sent = 0;
            while (chunk > 0 && sent < content.Length)
            {
                int count = Math.Min(chunk, content.Length - sent);
                using HttpResponseMessage patch = await host.SendAsync(HttpMethod.Patch, location, new ByteArrayContent(content, sent, count), way == 2 ? [] : [("Content-Range", $"{sent}-{sent + count - 1}")]);
                Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
                sent += count;
                Assert.Equal($"0-{sent - 1}", patch.Headers.GetValues("Range").Single());
                location = patch.Headers.Location!.ToString();
            }
            last = await host.Client.PutAsync($"{location}?digest={digest}", new ByteArrayContent(content, sent, content.Length - sent));
        }
        Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        Assert.Equal(digest.ToString(), last.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(content, await host.Client.GetByteArrayAsync(last.Headers.Location));
        last.Dispose();
    }

    private async Task PushManifestAsync(SuiteData data, SuiteManifest manifest)
    {
        string[] tags = [.. data.Tags.Where(pair => pair.Value == manifest.Descriptor.Digest).Select(pair => pair.Key)];
        string query = data.SetsTagsByQuery && tags.Length > 0 ? $"?{string.Join('&', tags.Select(tag => $"tag={tag}"))}" : "";
        foreach (string reference in (string[])[$"{manifest.Descriptor.Digest}{query}", .. data.SetsTagsByQuery ? [] : tags])
        {
            using HttpResponseMessage put = await host.PutManifestAsync(repository, reference, manifest.Content, manifest.Descriptor.MediaType);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
            Assert.Equal(manifest.Descriptor.Digest.ToString(), put.Headers.GetValues("Docker-Content-Digest").Single());
            Assert.Equal(manifest.Content, await host.Client.GetByteArrayAsync(put.Headers.Location));
            Assert.Equal(manifest.Subject?.ToString(), put.Headers.TryGetValues("OCI-Subject", out IEnumerable<string>? subject) ? subject.Single() : null);
            Assert.Equal(query.Length > 0 ? tags : [], put.Headers.TryGetValues("OCI-Tag", out IEnumerable<string>? set) ? set : []);
        }
    }

    private async Task PullAsync(string path, Digest digest, byte[] content, string contentType)
    {
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/{repository}/{path}");
        using HttpResponseMessage get = await host.SendAsync(HttpMethod.Get, $"/v2/{repository}/{path}", null, ("Accept", "application/vnd.oci.image.index.v1+json"), ("Accept", "application/vnd.oci.image.manifest.v1+json"));
        Assert.All([head, get], response =>
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(content.Length, response.Content.Headers.ContentLength);
            Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
            Assert.Equal(digest.ToString(), response.Headers.GetValues("Docker-Content-Digest").Single());
        });
        Assert.Equal(content, await get.Content.ReadAsByteArrayAsync());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    private async Task ListTagsAsync(SuiteData data)
    {
        string[] all = await ReadTagsAsync("");
        Assert.Equal(data.Tags.Keys.Order(StringComparer.Ordinal), all);
        if (all.Length > 1)
        {
            Assert.Equal(all[1..], await ReadTagsAsync($"?last={all[0]}"));
            Assert.Equal(all[..1], await ReadTagsAsync("?n=1"));
        }
    }

    private async Task<string[]> ReadTagsAsync(string query)
    {
        using JsonDocument list = JsonDocument.Parse(await host.Client.GetByteArrayAsync($"/v2/{repository}/tags/list{query}"));
        return [.. list.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
    }

    private async Task ListReferrersAsync(Digest subject, SuiteManifest[] expected)
    {
        await CheckAsync("", expected);
        foreach (string type in expected.Select(m => m.ArtifactType).OfType<string>().Distinct())
        {
            await CheckAsync($"?artifactType={Uri.EscapeDataString(type)}", [.. expected.Where(m => m.ArtifactType == type)]);
        }

        async Task CheckAsync(string query, SuiteManifest[] wanted)
        {
            using HttpResponseMessage response = await host.Client.GetAsync($"/v2/{repository}/referrers/{subject}{query}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/vnd.oci.image.index.v1+json", response.Content.Headers.ContentType?.ToString());
            Assert.Equal(query.Length > 0, response.Headers.Contains("OCI-Filters-Applied"));
            ImageIndex index = ImageIndex.Parse(await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(wanted.Select(m => m.Descriptor.Digest.ToString()).Order(StringComparer.Ordinal), index.Manifests.Select(d => d.Digest.ToString()));
            Assert.All(wanted, manifest =>
            {
                Descriptor found = index.Manifests.Single(d => d.Digest == manifest.Descriptor.Digest);
                Assert.Equal((manifest.Descriptor.MediaType, manifest.Descriptor.Size, manifest.ArtifactType), (found.MediaType, found.Size, found.ArtifactType));
                Assert.Equal(manifest.Annotations ?? new Dictionary<string, string>(), found.Annotations ?? new Dictionary<string, string>());
            });
        }
    }

    // Each delete is seen by the next request.
    private async Task DeleteAsync(SuiteData data)
    {
        foreach (string tag in data.Tags.Keys)
        {
            await DeleteAsync($"manifests/{tag}");
            Assert.DoesNotContain(tag, await ReadTagsAsync(""));
        }
        foreach (SuiteManifest manifest in Enumerable.Reverse(data.Manifests))
        {
            await DeleteAsync($"manifests/{manifest.Descriptor.Digest}");
            if (manifest.Subject is { } subject)
            {
                Assert.DoesNotContain(manifest.Descriptor.Digest.ToString(), await host.Client.GetStringAsync($"/v2/{repository}/referrers/{subject}"));
            }
        }
        foreach (Digest blob in data.Blobs.Keys)
        {
            await DeleteAsync($"blobs/{blob}");
        }
    }

    private async Task DeleteAsync(string path)
    {
        using HttpResponseMessage delete = await host.Client.DeleteAsync($"/v2/{repository}/{path}");
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/{repository}/{path}");
        Assert.Equal((path, HttpStatusCode.Accepted, HttpStatusCode.NotFound), (path, delete.StatusCode, head.StatusCode));
    }
}
