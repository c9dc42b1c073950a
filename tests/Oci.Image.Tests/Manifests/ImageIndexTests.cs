using System.Text;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Manifests;

public sealed class ImageIndexTests
{
    [Fact]
    public void Parse_WithoutMediaType_IsTaken() =>
        Assert.Empty(ImageIndex.Parse("""{"schemaVersion":2,"manifests":[]}"""u8).Manifests);

    [Fact]
    public void Parse_WithNullManifests_ReadsNone() =>
        Assert.Empty(ImageIndex.Parse("""{"schemaVersion":2,"manifests":null}"""u8).Manifests);

    [Theory]
    [InlineData("""{"schemaVersion":2}""", "$")]
    [InlineData("""{"manifests":[]}""", "$.schemaVersion")]
    [InlineData("""{"schemaVersion":2,"manifests":[null]}""", "$.manifests[0]")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[]}""", "$.layers")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"config":{}}""", "$.config")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"manifests":[]}""", "$")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}""", "$.mediaType")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}]}""", "$.manifests[0]")]
    public void Parse_OfABadIndex_NamesTheMember(string json, string path)
    {
        var e = Assert.Throws<InvalidDocumentException>(() => ImageIndex.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.StartsWith(path, e.JsonPath);
    }

    [Fact]
    public void ToUtf8Bytes_OfAParsedIndex_KeepsWhatOthersWrote()
    {
        const string json = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"platform":{"architecture":"arm","os":"linux","os.version":"1","os.features":["a"],"variant":"v7","x":1}}],"annotations":{"a":"b"}}""";

        Assert.Equal(json, Encoding.UTF8.GetString(ImageIndex.Parse(Encoding.UTF8.GetBytes(json)).ToUtf8Bytes()));
    }
}
