using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Configuration;
using Oci.Image.Manifests;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Validation;

public sealed class DocumentRuleTests
{
    public static TheoryData<string, string, string, string> Broken { get; } = new(DocumentSamples.Broken.Select(s => (s.Rule, s.MediaType, s.Json, s.Path)));

    public static TheoryData<string, string> Good { get; } = new(DocumentSamples.Good.Select(s => (s.MediaType, s.Json)));

    [Theory]
    [MemberData(nameof(Broken))]
    public void ValidateDocument_OfABrokenDocument_NamesRuleAndMember(string rule, string mediaType, string json, string path)
    {
        IReadOnlyList<ValidationFinding> findings = ImageValidator.ValidateDocument(Utf8(json), MediaType.Parse(mediaType));

        ValidationFinding finding = Assert.Single(findings, f => f.Rule.Id == rule);
        Assert.Equal(path, finding.JsonPath);
        Assert.DoesNotContain(findings, f => f != finding && f.Severity == ValidationSeverity.Error);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void ValidateDocument_OfAGoodDocument_FindsNothing(string mediaType, string json) =>
        Assert.Empty(ImageValidator.ValidateDocument(Utf8(json), MediaType.Parse(mediaType)));

    [Fact]
    [Rule("json-size")]
    public void ValidateDocument_BeyondTheCap_ReadsNothing() =>
        Assert.Equal("json-size", Assert.Single(ImageValidator.ValidateDocument(new byte[OciJson.MaxDocumentSize + 1], MediaTypes.ImageManifest)).Rule.Id);

    [Fact]
    public void ValidateDocument_OfSeveralMistakes_FindsAllOfThem()
    {
        byte[] json = Utf8("{'schemaVersion':1,'config':{'mediaType':'x','size':-1},'layers':[{},null,7]}");

        string[] paths = [.. ImageValidator.ValidateDocument(json, MediaTypes.ImageManifest).Where(f => f.Severity == ValidationSeverity.Error).Select(f => f.JsonPath)];

        Assert.Equal(
            ["$.schemaVersion", "$.config.mediaType", "$.config.digest", "$.config.size", "$.layers[0].mediaType", "$.layers[0].digest", "$.layers[0].size", "$.layers[1]", "$.layers[2]"],
            paths);
    }

    [Fact]
    public void ValidateDocument_OfTextThatIsNoUtf8_SaysSo() =>
        Assert.Contains(ImageValidator.ValidateDocument((byte[])[.. "{\"a\":\""u8, 0xff, .. "\"}"u8], MediaTypes.ImageConfig), f => f.Rule.Id == "json-syntax");

    // Whatever one byte is changed to: no exception, and what has no errors can be read.
    [Fact]
    public void ValidateDocument_OfDocumentsWithOneByteChanged_GivesFindingsOnly()
    {
        foreach ((string mediaType, string json) in DocumentSamples.Good.Take(6))
        {
            byte[] good = Utf8(json);
            var type = MediaType.Parse(mediaType);
            Prop.ForAll(ArbMap.Default.ArbFor<(NonNegativeInt At, byte Value)>(), change =>
            {
                byte[] bad = [.. good];
                bad[change.At.Item % bad.Length] = change.Value;
                IReadOnlyList<ValidationFinding> findings = ImageValidator.ValidateDocument(bad, type);
                if (!findings.Any(f => f.Severity == ValidationSeverity.Error || f.Rule.Id == "digest-unsupported"))
                {
                    Parse(bad, type);
                }
            }).QuickCheckThrowOnFailure();
        }
    }

    private static void Parse(byte[] utf8, MediaType mediaType)
    {
        if (MediaTypes.IsManifest(mediaType))
        {
            ImageManifest.Parse(utf8);
        }
        else if (MediaTypes.IsIndex(mediaType))
        {
            ImageIndex.Parse(utf8);
        }
        else
        {
            ImageConfig.Parse(utf8);
        }
    }

    private static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json.Replace('\'', '"'));
}
