using System.Text;
using Oci.Image.Configuration;
using Oci.Image.Manifests;
using Oci.Image.Tests.Validation;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Conformance;

/// <summary>Demands of image-spec on documents.</summary>
public sealed class DocumentMustTests
{
    private const string Descriptor = $"'mediaType':'a/b','digest':'{DocumentSamples.EmptyDigest}','size':2";
    private const string Empty = $"'mediaType':'application/vnd.oci.empty.v1+json','digest':'{DocumentSamples.EmptyDigest}','size':2";
    private const string Config = "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[]}MORE}";
    private const string Manifest = $"{{'schemaVersion':2,'config':{{{Descriptor}}},'layers':[{{{Descriptor}}}]MORE}}";
    private const string Index = "{'schemaVersion':2,'manifests':[]MORE}";

    [Theory]
    [Must("manifest.md#image-manifest-property-descriptions-17", "image-index.md#image-index-property-descriptions-7", "descriptor.md#properties-3", "config.md#properties-1", "annotations.md#rules-1", "annotations.md#rules-2", "annotations.md#rules-3")]
    [InlineData(Manifest, "'annotations':MAP", "$.annotations")]
    [InlineData(Manifest, $"'subject':{{{Descriptor},'annotations':MAP}}", "$.subject.annotations")]
    [InlineData(Index, "'annotations':MAP", "$.annotations")]
    [InlineData(Config, "'config':{'Labels':MAP}", "$.config.Labels")]
    public void Annotations_WhereverTheyStand_AreAMapOfText(string document, string member, string path)
    {
        void Check(string map, string? wrongAt)
        {
            string json = document.Replace("MORE", "," + member.Replace("MAP", map));
            Assert.Equal(wrongAt, Problem(json));
            Assert.Equal(wrongAt is not null, Errors(json).Contains(wrongAt ?? "nothing"));
        }

        Check("{}", null);
        Check("{'a.b':'c','a.c':''}", null);
        Check("{'a.b':1}", $"{path}['a.b']");
        Check("{'a.b':null}", $"{path}['a.b']");
        Check("{'a.b':'c','a.b':'c'}", $"{path}['a.b']");
        Check("[]", path);
        Check("'text'", path);
    }

    [Fact]
    [Must("annotations.md#rules-4")]
    public void ToUtf8Bytes_WithoutAnnotations_LeavesTheMemberOut()
    {
        ImageManifest manifest = ImageManifest.Parse(Utf8(Manifest.Replace("MORE", ",'annotations':{'a.b':'c'}")));

        Assert.DoesNotContain("annotations", Encoding.UTF8.GetString((manifest with { Annotations = null }).ToUtf8Bytes()));
    }

    [Theory]
    [Must("annotations.md#rules-5", "considerations.md#extensibility-3", "config.md#properties-4")]
    [InlineData(Manifest)]
    [InlineData(Index)]
    [InlineData(Config)]
    public void Parse_UnknownKeysAndMembers_AreNoError(string document)
    {
        string unknown = document.Replace("MORE", ",'annotations':{'com.example.never-seen':'x','org.opencontainers.image.never-seen':''},'never-seen':{'a':[1]}");

        Assert.Null(Problem(unknown));
        Assert.Empty(Errors(unknown));
    }

    [Theory]
    [Must("config.md#properties-2")]
    [InlineData("layers", true)]
    [InlineData("layers+base", false)]
    [InlineData("", false)]
    public void RootFs_OfAnotherType_IsAnError(string type, bool isGood) =>
        Assert.Equal(isGood, Errors(Config.Replace("'layers'", $"'{type}'").Replace("MORE", "")).Count == 0);

    [Theory]
    [Must("descriptor.md#properties-1", "manifest.md#image-manifest-property-descriptions-9", "manifest.md#image-manifest-property-descriptions-16")]
    [InlineData("application/vnd.example.thing+json", true)]
    [InlineData("a/b", true)]
    [InlineData("application", false)]
    [InlineData(".a/b", false)]
    [InlineData("a/.b", false)]
    [InlineData("", false)]
    public void MediaTypes_OfDescriptors_FollowRfc6838(string mediaType, bool isGood)
    {
        foreach (string document in (string[])[Manifest.Replace("MORE", ""), Index.Replace("[]", $"[{{{Descriptor}}}]").Replace("MORE", "")])
        {
            string json = document.Replace("'a/b'", $"'{mediaType}'");
            Assert.Equal(isGood, Problem(json) is null);
            Assert.Equal(isGood, Errors(json).Count == 0);
        }
    }

    [Theory]
    [Must("descriptor.md#properties-6", "manifest.md#image-manifest-property-descriptions-4", "image-index.md#image-index-property-descriptions-3")]
    [InlineData(Manifest, "'artifactType':'TYPE'", "$.artifactType")]
    [InlineData(Index, "'artifactType':'TYPE'", "$.artifactType")]
    [InlineData(Manifest, $"'subject':{{{Descriptor},'artifactType':'TYPE'}}", "$.subject.artifactType")]
    public void ArtifactTypes_FollowRfc6838(string document, string member, string path)
    {
        Assert.Empty(Errors(document.Replace("MORE", "," + member.Replace("TYPE", "application/vnd.example"))));
        Assert.Equal([path], Errors(document.Replace("MORE", "," + member.Replace("TYPE", "no type"))));
    }

    [Theory]
    [Must("descriptor.md#properties-2")]
    [InlineData("https://example.com/a?b=c#d", true)]
    [InlineData("value", false)]
    [InlineData("https://exa mple.com", false)]
    public void Urls_FollowRfc3986(string url, bool isGood) =>
        Assert.Equal(isGood, Errors(Manifest.Replace("MORE", $",'subject':{{{Descriptor},'urls':['{url}']}}")).Count == 0);

    [Theory]
    [Must("descriptor.md#properties-4", "descriptor.md#properties-5")]
    [InlineData("e30=", true)]
    [InlineData("e30", false)]
    [InlineData("e3", false)]
    [InlineData("W10=", false)]
    [InlineData("e30gIA==", false)]
    public void Data_IsTheContentInBase64(string data, bool isGood)
    {
        string json = Manifest.Replace("MORE", $",'subject':{{{Descriptor},'data':'{data}'}}");

        Assert.Equal(isGood, Errors(json).Count == 0);
        // What a reader takes for the content is the same thing.
        Assert.Equal(isGood, Problem(json) is null && ImageManifest.Parse(Utf8(json)).Subject!.TryGetData(out _));
    }

    [Theory]
    [Must("descriptor.md#digests-1", "descriptor.md#sha-256-1", "descriptor.md#sha-256-2", "descriptor.md#sha-512-1", "descriptor.md#sha-512-2", "descriptor.md#blake3-1", "descriptor.md#blake3-2")]
    [InlineData("sha256", 64, 'a', true)]
    [InlineData("sha256", 63, 'a', false)]
    [InlineData("sha256", 65, 'a', false)]
    [InlineData("sha256", 64, 'A', false)]
    [InlineData("sha256", 64, 'g', false)]
    [InlineData("sha512", 128, '0', true)]
    [InlineData("sha512", 64, '0', false)]
    [InlineData("sha512", 128, 'F', false)]
    [InlineData("blake3", 64, 'f', true)]
    [InlineData("blake3", 63, 'f', false)]
    [InlineData("blake3", 64, 'F', false)]
    [InlineData("SHA256", 64, 'a', false)]
    [InlineData("sha256++b", 64, 'a', false)]
    [InlineData("", 64, 'a', false)]
    public void Digests_FollowTheGrammarOfTheirAlgorithm(string algorithm, int length, char digit, bool isGood)
    {
        string json = Manifest.Replace("MORE", "").Replace(DocumentSamples.EmptyDigest, $"{algorithm}:{new string(digit, length)}");

        Assert.Equal(isGood, Problem(json) is null);
        Assert.Equal(isGood, Errors(json).Count == 0);
    }

    [Theory]
    [Must("manifest.md#image-manifest-property-descriptions-1", "image-index.md#image-index-property-descriptions-1")]
    [InlineData(Manifest)]
    [InlineData(Index)]
    public void SchemaVersion_Is2(string document)
    {
        foreach (string version in (string[])["1", "3", "'2'", "2.5", "null"])
        {
            string json = document.Replace("MORE", "").Replace("'schemaVersion':2", $"'schemaVersion':{version}");
            Assert.Equal("$.schemaVersion", Problem(json));
            Assert.Equal(["$.schemaVersion"], Errors(json));
        }
    }

    [Theory]
    [Must("manifest.md#image-manifest-property-descriptions-2", "image-index.md#image-index-property-descriptions-2")]
    [InlineData(Manifest, DocumentSamples.Manifest, DocumentSamples.Index)]
    [InlineData(Index, DocumentSamples.Index, DocumentSamples.Manifest)]
    public void MediaType_IsThatOfTheDocument(string document, string right, string wrong)
    {
        Assert.Null(Problem(document.Replace("MORE", $",'mediaType':'{right}'")));
        Assert.Equal("$.mediaType", Problem(document.Replace("MORE", $",'mediaType':'{wrong}'")));
        Assert.Equal(["$.mediaType"], Errors(document.Replace("MORE", $",'mediaType':'{wrong}'")));
    }

    [Fact]
    [Must("manifest.md#image-manifest-property-descriptions-3", "manifest.md#guidelines-for-artifact-usage-1")]
    public void ArtifactType_WhereTheConfigIsEmpty_IsThere()
    {
        string json = Manifest.Replace($"'config':{{{Descriptor}}}", $"'config':{{{Empty}}}");

        Assert.Equal(["$.artifactType"], Errors(json.Replace("MORE", "")));
        Assert.Empty(Errors(json.Replace("MORE", ",'artifactType':'a/b'")));
    }

    [Theory]
    [Must("manifest.md#image-manifest-property-descriptions-10")]
    [InlineData("null", "$.layers[1]")]
    [InlineData("'text'", "$.layers[1]")]
    [InlineData("{'mediaType':'a/b','size':2}", "$.layers[1].digest")]
    public void Layers_AreDescriptors(string layer, string path)
    {
        string json = Manifest.Replace("MORE", "").Replace($"[{{{Descriptor}}}]", $"[{{{Descriptor}}},{layer}]");

        Assert.StartsWith("$.layers[1]", Problem(json));
        Assert.Equal([path], Errors(json));
    }

    [Fact]
    [Must("image-index.md#image-index-property-descriptions-4")]
    public void Manifests_AreThere()
    {
        Assert.NotNull(Problem("{'schemaVersion':2}"));
        Assert.Contains(ImageValidator.ValidateDocument(Utf8("{'schemaVersion':2}"), MediaTypes.ImageIndex), f => f.Rule.Id == "index-manifests-required");
    }

    // A document is told by what is in it.
    private static MediaType KindOf(string json) =>
        json.Contains("'rootfs'", StringComparison.Ordinal) ? MediaTypes.ImageConfig
        : json.Contains("'manifests'", StringComparison.Ordinal) ? MediaTypes.ImageIndex
        : MediaTypes.ImageManifest;

    private static string? Problem(string json)
    {
        try
        {
            if (MediaTypes.IsConfig(KindOf(json)))
            {
                ImageConfig.Parse(Utf8(json));
            }
            else if (MediaTypes.IsIndex(KindOf(json)))
            {
                ImageIndex.Parse(Utf8(json));
            }
            else
            {
                ImageManifest.Parse(Utf8(json));
            }
            return null;
        }
        catch (InvalidDocumentException e)
        {
            return e.JsonPath;
        }
    }

    private static IReadOnlyList<string> Errors(string json) =>
        [.. ImageValidator.ValidateDocument(Utf8(json), KindOf(json)).Where(f => f.Severity == ValidationSeverity.Error).Select(f => f.JsonPath)];

    private static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json.Replace('\'', '"'));
}
