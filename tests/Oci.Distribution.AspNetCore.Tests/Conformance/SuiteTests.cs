using System.Net;
using System.Security.Cryptography;
using System.Text;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Conformance;

/// <summary>The flows of the development conformance suite of distribution-spec, for every kind of content that it has.</summary>
public sealed class SuiteTests
{
    private const string Artifact = "application/vnd.example.artifact.v1";
    private const string OtherArtifact = "application/vnd.example.artifact.v2";

    private static readonly Dictionary<string, Func<SuiteData>> Kinds = new()
    {
        ["image"] = () => With(data => data.AddImage("image")),
        ["uncompressed image"] = () => With(data => data.AddImage("image", layerType: "application/vnd.oci.image.layer.v1.tar")),
        ["large manifest"] = () => With(data => data.AddImage("large", annotations: Enumerable.Range(0, 390).ToDictionary(i => $"large-annotation-{i}", _ => new string('A', 10_000)))),
        ["index"] = () => With(data => data.AddIndex("index", [data.AddImage(), data.AddImage()])),
        ["nested index"] = () => With(data => data.AddIndex("nested", [data.AddIndex(null, [data.AddImage()]), data.AddIndex(null, [data.AddImage(), data.AddImage()])])),
        ["empty index"] = () => With(data => data.AddIndex("index", [])),
        ["artifact"] = () => With(data => data.AddImage("artifact", layers: 1, layerType: Artifact, artifactType: Artifact)),
        ["artifact index"] = () => With(data => data.AddIndex("artifacts", [data.AddImage(layers: 1, layerType: Artifact, artifactType: Artifact)], artifactType: Artifact)),
        ["artifact without layers"] = () => With(data => data.AddImage("artifact", layers: 0, artifactType: Artifact, more: [data.AddBlob("application/vnd.oci.empty.v1+json", "{}"u8.ToArray())])),
        ["artifacts with subject"] = () => With(data =>
        {
            Descriptor subject = data.AddImage("image");
            data.AddImage(subject: subject);
            data.AddImage("first", 1, Artifact, subject, Artifact, new() { ["org.opencontainers.conformance"] = "hello", ["org.example.unique"] = $"{Guid.NewGuid()}" });
            data.AddImage("second", 1, "application/octet-stream", subject, OtherArtifact, new() { ["org.opencontainers.conformance"] = "hello" });
        }),
        ["indexes with subject"] = () => With(data =>
        {
            Descriptor subject = data.AddIndex("index", [data.AddImage()]);
            data.AddIndex("referrer", [data.AddImage(layers: 1, layerType: Artifact, subject: subject, artifactType: Artifact)], subject, Artifact, new() { ["a"] = "b" });
            data.AddIndex("typeless", [], subject);
        }),
        ["missing subject"] = () => With(data => data.AddImage("artifact", 1, Artifact, Descriptor.Create(MediaTypes.ImageManifest, "missing content"u8), Artifact)),
        ["data field"] = () => With(data => data.AddIndex("embedded", [data.AddImage()]), new SuiteData { IsEmbedded = true }),
        ["nondistributable layers"] = () => With(data => data.AddImage("far", 1, more: new[] { MediaTypes.LayerNondistributableGzip, MediaTypes.LayerNondistributable }.Select(type =>
            Descriptor.Create(type, RandomNumberGenerator.GetBytes(9)) with { Urls = ["https://store.example.com/blob"] }))),
        ["custom fields"] = () => With(data => data.AddIndex("custom", [data.AddImage(), data.AddImage()]), new SuiteData { HasCustomFields = true }),
        ["no layers"] = () => With(data => data.AddImage("no-layers", layers: 0)),
        ["sparse"] = () => With(data =>
        {
            data.AddImage("sparse-image", more: [Descriptor.Create(MediaTypes.LayerGzip, "not pushed"u8)]);
            data.AddIndex("sparse-index", [data.AddImage(), Descriptor.Create(MediaTypes.ImageManifest, "not pushed either"u8)]);
        }),
        ["sha512"] = () => With(data => data.AddIndex(null, [data.AddImage(), data.AddImage()]), new SuiteData(DigestAlgorithm.Sha512)),
        ["tags by query"] = () => With(AddTwiceTagged, new SuiteData { SetsTagsByQuery = true }),
        ["tags by query, sha512"] = () => With(AddTwiceTagged, new SuiteData(DigestAlgorithm.Sha512) { SetsTagsByQuery = true }),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Walk_ContentOfEachKind_IsPushedListedPulledAndDeleted(string kind)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true, options => options.AllowSparseImages = options.AllowSparseIndexes = true);

        await new SuiteWalk(hosts.Host, "conformance/one").RunAsync(Kinds[kind]());
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Sha512)]
    public async Task Push_WellKnownBlobsInEveryWay_AreTakenAndRefusedWithOtherBytes(DigestAlgorithm algorithm)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        var walk = new SuiteWalk(hosts.Host, "conformance/one");
        foreach (byte[] content in (byte[][])[[], "{}"u8.ToArray(), RandomNumberGenerator.GetBytes(512), RandomNumberGenerator.GetBytes(3 * 1024 - 5)])
        {
            for (int way = 0; way < 4; way++)
            {
                await walk.PushBlobAsync(Digest.Compute(algorithm, content), content);
            }
            Digest wrong = Digest.Compute(algorithm, [.. content, .. "oh no"u8]);
            foreach (HttpMethod? patch in (HttpMethod?[])[null, HttpMethod.Patch])
            {
                string location = await hosts.Host.StartUploadAsync("conformance/one");
                if (patch is not null)
                {
                    using HttpResponseMessage patched = await hosts.Host.SendAsync(patch, location, new ByteArrayContent(content));
                    Assert.Equal(HttpStatusCode.Accepted, patched.StatusCode);
                }
                using HttpResponseMessage put = await hosts.Host.Client.PutAsync($"{location}?digest={wrong}", patch is null ? new ByteArrayContent(content) : null);
                await RegistryHost.AssertErrorAsync(put, HttpStatusCode.BadRequest, "DIGEST_INVALID");
            }
        }
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256, false)]
    [InlineData(DigestAlgorithm.Sha256, true)]
    [InlineData(DigestAlgorithm.Sha512, true)]
    public async Task Push_ChunksOutOfOrder_AreRefusedAndTheUploadGoesOn(DigestAlgorithm algorithm, bool putsLastChunk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] content = RandomNumberGenerator.GetBytes(3 * 1024 - 5);
        Digest digest = Digest.Compute(algorithm, content);
        string location = await hosts.Host.StartUploadAsync("a");
        HttpStatusCode status = default;
        for (int start = 0; start < content.Length; start += 1024)
        {
            int wrong = start + 1024 < content.Length ? start + 1024 : 0;
            using HttpResponseMessage refused = await SendAsync(hosts.Host, location, wrong, digest, putsLastChunk);
            Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
            using HttpResponseMessage current = await hosts.Host.Client.GetAsync(location);
            Assert.Equal((HttpStatusCode.NoContent, $"0-{Math.Max(0, start - 1)}"), (current.StatusCode, current.Headers.GetValues("Range").Single()));
            using HttpResponseMessage taken = await SendAsync(hosts.Host, current.Headers.Location!.ToString(), start, digest, putsLastChunk);
            status = taken.StatusCode;
        }
        if (!putsLastChunk)
        {
            using HttpResponseMessage put = await hosts.Host.Client.PutAsync($"{location}?digest={digest}", null);
            status = put.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(content, await hosts.Host.Client.GetByteArrayAsync($"/v2/a/blobs/{digest}"));

        Task<HttpResponseMessage> SendAsync(RegistryHost host, string to, int start, Digest whole, bool puts)
        {
            int count = Math.Min(1024, content.Length - start);
            bool isLast = puts && start + count == content.Length;
            return host.SendAsync(isLast ? HttpMethod.Put : HttpMethod.Patch, isLast ? $"{to}?digest={whole}" : to, new ByteArrayContent(content, start, count), ("Content-Range", $"{start}-{start + count - 1}"));
        }
    }

    [Fact]
    public async Task Ask_EmptyRegistry_HasNoTagsAndNoReferrers()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage ping = await host.Client.GetAsync("/v2/");
        using HttpResponseMessage tags = await host.Client.GetAsync("/v2/conformance/one/tags/list");
        using HttpResponseMessage referrers = await host.Client.GetAsync($"/v2/conformance/one/referrers/{Digest.Compute(Encoding.UTF8.GetBytes($"{Guid.NewGuid()}"))}");

        Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, tags.StatusCode);
        Assert.Equal(HttpStatusCode.OK, referrers.StatusCode);
    }

    private static SuiteData With(Action<SuiteData> add, SuiteData? data = null)
    {
        data ??= new SuiteData();
        add(data);
        return data;
    }

    private static void AddTwiceTagged(SuiteData data)
    {
        Descriptor index = data.AddIndex("top", [data.AddImage("first"), data.AddImage("second")]);
        data.Tags["top-again"] = index.Digest;
    }
}
