using System.Net;
using System.Text;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.Referrers;

/// <summary>distribution-spec, "Listing Referrers" and "Pushing Manifests with Subject" (end-12a, end-12b).</summary>
public sealed class ReferrerEndpointsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#listing-referrers-1", "spec.md#response-format-1", "spec.md#response-format-2", "spec.md#response-format-3", "spec.md#response-format-5", "spec.md#enabling-the-referrers-api-2")]
    public async Task List_ManifestsWithTheSubject_MustAnswerAnIndexOfThem(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        RegistryHost host = hosts.Host;
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, await host.PushImageAsync("a", "v1"));
        byte[] signature = await host.PushImageAsync("a", "", "signature", subject, "application/vnd.example.signature", new Dictionary<string, string> { ["key"] = "value" });
        byte[] plain = await host.PushImageAsync("a", "", "plain", subject);

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/referrers/{subject.Digest}");

        Assert.Equal("application/vnd.oci.image.index.v1+json", response.Content.Headers.ContentType?.ToString());
        Assert.False(response.Headers.Contains("OCI-Filters-Applied"));
        ImageIndex index = ImageIndex.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(MediaTypes.ImageIndex, index.MediaType);
        Assert.Equal(2, index.Manifests.Count);
        Descriptor first = index.Manifests.Single(found => found.Digest == Digest.Compute(signature));
        Assert.Equal(("application/vnd.example.signature", signature.Length, "value"), (first.ArtifactType, first.Size, first.Annotations!["key"]));
        // "If the artifactType is empty or missing in the image manifest, the value of artifactType MUST be set to the config descriptor mediaType."
        Assert.Equal(MediaTypes.ImageConfig.ToString(), index.Manifests.Single(found => found.Digest == Digest.Compute(plain)).ArtifactType);
    }

    [Fact]
    [Must("spec.md#filtering-by-artifacttype-1", "spec.md#filtering-by-artifacttype-2")]
    public async Task List_ByArtifactType_FiltersAndSaysSo()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, await host.PushImageAsync("a", "v1"));
        byte[] wanted = await host.PushImageAsync("a", "", "wanted", subject, "application/vnd.wanted+x");
        await host.PushImageAsync("a", "", "other", subject, "application/vnd.other");

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/referrers/{subject.Digest}?artifactType={Uri.EscapeDataString("application/vnd.wanted+x")}");

        Assert.Equal("artifactType", response.Headers.GetValues("OCI-Filters-Applied").Single());
        Assert.Equal(Digest.Compute(wanted), ImageIndex.Parse(await response.Content.ReadAsByteArrayAsync()).Manifests.Single().Digest);
    }

    [Fact]
    [Must("spec.md#push-1", "spec.md#pushing-a-manifest-with-a-subject-field-1")]
    public async Task Put_SubjectThatIsNotThere_MustBeTakenWithOciSubject()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, "not pushed"u8);
        await host.PushImageAsync("a", "", "early");
        byte[] manifest = await host.PushImageAsync("a", "", "early", subject);

        using HttpResponseMessage put = await host.PutManifestAsync("a", "v1", manifest);
        using HttpResponseMessage list = await host.Client.GetAsync($"/v2/a/referrers/{subject.Digest}");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(subject.Digest.ToString(), put.Headers.GetValues("OCI-Subject").Single());
        Assert.Single(ImageIndex.Parse(await list.Content.ReadAsByteArrayAsync()).Manifests);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json", """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","artifactType":"x/y","manifests":[],"subject":SUBJECT}""")]
    [InlineData("application/vnd.unknown+json", """{"artifactType":"x/y","subject":SUBJECT}""")]
    [Must("spec.md#response-format-2", "spec.md#enabling-the-referrers-api-2")]
    public async Task List_IndexOrUnknownManifestWithTheSubject_IsAmongThem(string mediaType, string json)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest subject = Digest.Compute("subject"u8);
        string descriptor = $$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{subject}}","size":7}""";

        using HttpResponseMessage put = await host.PutManifestAsync("a", "v1", Encoding.UTF8.GetBytes(json.Replace("SUBJECT", descriptor)), MediaType.Parse(mediaType));
        ImageIndex index = ImageIndex.Parse(await host.Client.GetByteArrayAsync($"/v2/a/referrers/{subject}"));

        Assert.Equal(subject.ToString(), put.Headers.GetValues("OCI-Subject").Single());
        Assert.Equal(("x/y", mediaType), (index.Manifests.Single().ArtifactType, index.Manifests.Single().MediaType.ToString()));
    }

    [Fact]
    [Must("spec.md#listing-referrers-1", "spec.md#listing-referrers-2", "spec.md#response-format-6")]
    public async Task List_NobodyRefers_MustAnswer200WithAnEmptyIndex()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/referrers/{Digest.Compute("x"u8)}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(ImageIndex.Parse(await response.Content.ReadAsByteArrayAsync()).Manifests);
    }

    [Fact]
    [Must("spec.md#listing-referrers-3")]
    public async Task List_NoDigest_MustAnswer400()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync("/v2/a/referrers/latest");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_AfterAReferrerWasDeleted_IsWithoutIt(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, await hosts.Host.PushImageAsync("a", "v1"));
        byte[] referrer = await hosts.Host.PushImageAsync("a", "", "gone", subject);

        using HttpResponseMessage deleted = await hosts.Host.Client.DeleteAsync($"/v2/a/manifests/{Digest.Compute(referrer)}");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Empty(ImageIndex.Parse(await hosts.Host.Client.GetByteArrayAsync($"/v2/a/referrers/{subject.Digest}")).Manifests);
    }

    [Fact]
    [Must("spec.md#pagination-1", "spec.md#pagination-2")]
    public async Task List_MoreThanAPage_LinkLeadsThroughAllOfThem()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.MaxPageSize = 2);
        Digest subject = Digest.Compute("subject"u8);
        var descriptor = new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = subject, Size = 7 };
        for (int i = 0; i < 5; i++)
        {
            await host.PushImageAsync("a", "", $"referrer{i}", descriptor, i == 4 ? "x/last" : "x/y");
        }
        var found = new HashSet<Digest>();
        string? path = $"/v2/a/referrers/{subject}?artifactType=x/y";
        while (path is not null)
        {
            using HttpResponseMessage response = await host.Client.GetAsync(path);
            Assert.All(ImageIndex.Parse(await response.Content.ReadAsByteArrayAsync()).Manifests, manifest => Assert.True(found.Add(manifest.Digest)));
            path = response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single().Split('<', '>')[1] : null;
        }
        Assert.Equal(4, found.Count);
    }

    [Fact]
    public async Task List_PageOfReferrersThatAreGone_LeadsToTheRest()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, "subject"u8);
        var names = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            names.Add(Digest.Compute(await hosts.Host.PushImageAsync("a", "", $"referrer{i}", subject)).Hex.ToString());
        }
        names.Sort(StringComparer.Ordinal);
        // As a power cut between the two leaves it.
        string folder = Path.Combine(hosts.Root, "repositories", "a");
        names[..2].ForEach(name => File.Delete(Path.Combine(folder, "_manifests", "sha256", name)));
        await File.WriteAllTextAsync(Path.Combine(folder, "_referrers", "sha256", subject.Digest.Hex.ToString(), $"sha256-{names[2]}"), "{");

        using HttpResponseMessage first = await hosts.Host.Client.GetAsync($"/v2/a/referrers/{subject.Digest}?n=2");
        string next = first.Headers.GetValues("Link").Single().Split('<', '>')[1].Replace("n=2", "n=9");
        using HttpResponseMessage second = await hosts.Host.Client.GetAsync(next);

        Assert.Empty(ImageIndex.Parse(await first.Content.ReadAsByteArrayAsync()).Manifests);
        Assert.Equal(names[3..], ImageIndex.Parse(await second.Content.ReadAsByteArrayAsync()).Manifests.Select(found => found.Digest.Hex.ToString()));
    }

    [Fact]
    public async Task List_AnnotationsThatGrowWhenTheyAreEscaped_AreLeftOut()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest subject = Digest.Compute("subject"u8);
        string json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[],"subject":{"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{subject}}","size":7},"annotations":{"a":"{{new string('\u007f', 4_000_000)}}"} }""";

        using HttpResponseMessage put = await host.PutManifestAsync("a", "v1", Encoding.UTF8.GetBytes(json), MediaTypes.ImageIndex);
        ImageIndex index = ImageIndex.Parse(await host.Client.GetByteArrayAsync($"/v2/a/referrers/{subject}"));

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Null(Assert.Single(index.Manifests).Annotations);
    }
}
