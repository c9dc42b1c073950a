using System.Text;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.Tests.Layers;
using Oci.Image.Tests.RootFilesystems;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Validation;

/// <summary>Rules on content that stands with other content.</summary>
public sealed class ContentRuleTests
{
    private readonly LayerBytes _layer = new LayerBytes().Directory("etc/").File("etc/hello", "hello");

    private readonly MemoryContentStore _store = new();
    private Func<ImageConfig, ImageConfig> _config = config => config;
    private Func<ImageManifest, ImageManifest> _manifest = manifest => manifest;
    private MediaType _layerType = MediaTypes.LayerGzip;
    private ValidationOptions? _options;

    [Fact]
    public async Task ValidateAsync_OfAGoodImage_FindsNothing() => Assert.Empty((await ValidateAsync(_layer)).Findings);

    [Fact]
    [Rule("content-missing")]
    public async Task ValidateAsync_WithoutALayer_SaysSo()
    {
        _manifest = manifest => manifest with { Layers = [Descriptor.Create(MediaTypes.LayerGzip, "nowhere"u8)] };

        await FindsAsync("content-missing", _layer);
    }

    [Fact]
    [Rule("content-size")]
    public async Task ValidateAsync_OfOneBlobWithTwoSizes_FindsTheWrongOne()
    {
        Descriptor blob = await TestContent.AddBlobAsync(_store, "blob");
        _manifest = manifest => manifest with { Config = manifest.Config with { MediaType = MediaTypes.OctetStream }, Layers = [blob, blob with { Size = 40 }] };

        await FindsAsync("content-size", _layer);
    }

    [Fact]
    [Rule("document-too-large")]
    public async Task ValidateAsync_OfAHugeManifest_DoesNotReadIt()
    {
        ValidationReport report = await ImageValidator.ValidateAsync(_store, new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = Digest.Compute("x"u8), Size = long.MaxValue });

        Assert.Equal("document-too-large", Assert.Single(report.Findings).Rule.Id);
    }

    [Fact]
    [Rule("content-unverifiable")]
    public async Task ValidateAsync_OfADiffIdByBlake3_SaysThatItCannot()
    {
        _config = config => config with { RootFs = config.RootFs with { DiffIds = [Digest.Parse("blake3:" + new string('0', 64))] } };

        await FindsAsync("content-unverifiable", _layer);
    }

    [Fact]
    [Rule("index-depth")]
    public async Task ValidateAsync_OfIndexesNestedTooDeep_StopsAtTheCap()
    {
        Descriptor inner = await TestContent.AddIndexAsync(_store);
        for (int i = 0; i < ManifestGraph.MaxDepth + 1; i++)
        {
            inner = await TestContent.AddIndexAsync(_store, inner);
        }

        ValidationReport report = await ImageValidator.ValidateAsync(_store, inner);

        Assert.Equal("index-depth", Assert.Single(report.Findings).Rule.Id);
    }

    [Theory]
    [Rule("index-platform-mismatch")]
    [InlineData("arm64", null, null, false)]
    [InlineData("amd64", "v2", null, false)]
    [InlineData("amd64", "v1", null, true)]
    [InlineData("amd64", null, "10.0.1", true)]
    public async Task ValidateAsync_OfAPlatformInAnIndex_ComparesItWithTheConfig(string architecture, string? variant, string? osVersion, bool isSame)
    {
        Descriptor image = await AddAsync(_layer);
        var right = new Platform { Os = "linux", Architecture = "amd64" };
        var said = new Platform { Os = "linux", Architecture = architecture, Variant = variant, OsVersion = osVersion };
        Descriptor index = await TestContent.AddIndexAsync(_store, image with { Platform = right }, image with { Platform = said });

        ValidationReport report = await ImageValidator.ValidateAsync(_store, index);

        Assert.Equal(isSame ? [] : ["index-platform-mismatch"], report.Findings.Select(f => f.Rule.Id));
        Assert.True(report.IsValid);
    }

    [Fact]
    [Rule("config-layer-count")]
    public async Task ValidateAsync_OfMoreDiffIdsThanLayers_SaysSo()
    {
        _config = config => config with { RootFs = config.RootFs with { DiffIds = [.. config.RootFs.DiffIds, Digest.Compute("x"u8)] } };

        Assert.Equal("$.rootfs.diff_ids", (await FindsAsync("config-layer-count", _layer)).JsonPath);
    }

    [Fact]
    [Rule("config-history-count")]
    public async Task ValidateAsync_OfAHistoryOfOtherLayers_Warns()
    {
        _config = config => config with { History = [new History(), new History { EmptyLayer = true }, new History()] };

        await FindsAsync("config-history-count", _layer);
    }

    [Fact]
    [Rule("layer-diff-id")]
    public async Task ValidateAsync_OfAnotherDiffId_SaysSo()
    {
        _config = config => config with { RootFs = config.RootFs with { DiffIds = [Digest.Compute("x"u8)] } };

        await FindsAsync("layer-diff-id", _layer);
    }

    [Fact]
    [Must("layer.md#distributable-format-1")]
    [Rule("layer-tar")]
    public async Task ValidateAsync_OfALayerThatIsNoTar_SaysSo() =>
        await FindsAsync("layer-tar", await AddLayerAsync(Encoding.ASCII.GetBytes(new string('x', 700))));

    [Fact]
    [Rule("layer-compression")]
    public async Task ValidateAsync_OfDamagedGzip_SaysSo()
    {
        byte[] tar = _layer.ToArray();
        byte[] gzip = LayerSample.Gzip(tar).Blob;
        gzip[^6] ^= 1;

        await FindsAsync("layer-compression", (await TestContent.AddAsync(_store, MediaTypes.LayerGzip, gzip), Digest.Compute(tar)));
    }

    [Fact]
    [Rule("layer-compression-type")]
    public async Task ValidateAsync_OfAPlainLayerThatIsSaidToBeGzip_SaysSo()
    {
        Descriptor layer = await TestContent.AddAsync(_store, MediaTypes.LayerGzip, _layer.ToArray());

        await FindsAsync("layer-compression-type", (layer, layer.Digest));
    }

    [Fact]
    [Rule("layer-limit")]
    public async Task ValidateAsync_OfALayerBeyondTheLimit_SaysSo()
    {
        _options = new ValidationOptions { Layers = new LayerReaderOptions { MaxUncompressedSize = 100 } };

        await FindsAsync("layer-limit", _layer);
    }

    [Theory]
    [Rule("layer-entry-name")]
    [InlineData("../x")]
    [InlineData("/x")]
    public async Task ValidateAsync_OfANameThatLeadsOut_SaysSo(string name) => await FindsAsync("layer-entry-name", new LayerBytes().File(name));

    [Theory]
    [Must("layer.md#distributable-format-2")]
    [Rule("layer-entry-twice")]
    [InlineData("etc/hello")]
    [InlineData("./etc//hello")]
    public async Task ValidateAsync_OfANameThatStandsTwice_Warns(string name) =>
        await FindsAsync("layer-entry-twice", new LayerBytes().Directory("etc/").File("etc/hello").File("hello").File(name));

    [Fact]
    [Rule("layer-entries-not-compared")]
    public async Task ValidateAsync_OfMoreNamesThanAreKept_SaysWhereItStopped()
    {
        _options = new ValidationOptions { MaxNameBytes = 12 };

        await FindsAsync("layer-entries-not-compared", new LayerBytes().File("first").File("second").File("second"));
    }

    [Theory]
    [Rule("layer-whiteout")]
    [InlineData(".wh.x", "content")]
    [InlineData(".wh.", "")]
    [InlineData("a/.wh..", "")]
    public async Task ValidateAsync_OfAWhiteoutThatIsNone_Warns(string name, string content) => await FindsAsync("layer-whiteout", new LayerBytes().File(name, content));

    [Fact]
    public async Task ValidateAsync_OfWhiteouts_FindsNothing() =>
        Assert.Empty((await ValidateAsync(new LayerBytes().File("a/.wh.x").File("a/.wh..wh..opq"))).Findings);

    [Fact]
    [Rule("layer-nondistributable")]
    public async Task ValidateAsync_OfANondistributableLayer_Warns()
    {
        _layerType = MediaTypes.LayerNondistributableGzip;

        await FindsAsync("layer-nondistributable", _layer);
    }

    [Fact]
    [Rule("layer-not-there")]
    public async Task ValidateAsync_WithoutANondistributableLayer_IsValid()
    {
        _manifest = manifest => manifest with { Layers = [Descriptor.Create(MediaTypes.LayerNondistributableGzip, "nowhere"u8)] };

        Assert.Equal(ValidationSeverity.Info, (await FindsAsync("layer-not-there", _layer)).Severity);
    }

    [Fact]
    public async Task ValidateAsync_OfMoreFindingsThanAreListed_CountsThem()
    {
        Descriptor[] missing = [.. Enumerable.Range(0, 30).Select(i => Descriptor.Create(MediaTypes.OctetStream, Encoding.ASCII.GetBytes($"{i}")))];
        _manifest = manifest => manifest with { Config = manifest.Config with { MediaType = MediaTypes.OctetStream }, Layers = missing };
        _options = new ValidationOptions { MaxFindings = 3 };

        ValidationReport report = await ValidateAsync(_layer);

        Assert.Equal(3, report.Findings.Count);
        Assert.Equal(30, report.ErrorCount);
        Assert.Contains("and 20 more", Assert.Throws<ValidationException>(report.EnsureValid).Message);
    }

    private Task<ValidationFinding> FindsAsync(string rule, LayerBytes layer) => FindsAsync(rule, AddLayerAsync(layer.ToArray()).Result);

    private async Task<ValidationFinding> FindsAsync(string rule, (Descriptor Layer, Digest DiffId) layer)
    {
        ValidationReport report = await ImageValidator.ValidateAsync(_store, await AddAsync(layer), _options);
        ValidationFinding finding = Assert.Single(report.Findings);
        Assert.Equal(rule, finding.Rule.Id);
        Assert.Equal(finding.Severity != ValidationSeverity.Error, report.IsValid);
        Assert.NotNull(finding.Content);
        return finding;
    }

    private async Task<ValidationReport> ValidateAsync(LayerBytes layer) => await ImageValidator.ValidateAsync(_store, await AddAsync(layer), _options);

    private async Task<Descriptor> AddAsync(LayerBytes layer) => await AddAsync(await AddLayerAsync(layer.ToArray()));

    private async Task<Descriptor> AddAsync((Descriptor Layer, Digest DiffId) layer)
    {
        ImageConfig config = _config(new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs { DiffIds = [layer.DiffId] } });
        ImageManifest manifest = _manifest(new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await TestContent.AddAsync(_store, MediaTypes.ImageConfig, config.ToUtf8Bytes()),
            Layers = [layer.Layer],
        });
        return await TestContent.AddAsync(_store, MediaTypes.ImageManifest, manifest.ToUtf8Bytes());
    }

    private async Task<(Descriptor Layer, Digest DiffId)> AddLayerAsync(byte[] tar) =>
        (await TestContent.AddAsync(_store, _layerType, LayerSample.Gzip(tar).Blob), Digest.Compute(tar));
}
