using System.Text;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Manifests;

public sealed class ImageManifestTests
{
    private const string Hex = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    private const string Good = $$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{{Hex}}}","size":2,"x-unknown":{"a":[1,2]}},"layers":[],"annotations":{"k":"v"},"x-more":true}
        """;

    [Fact]
    public void ToUtf8Bytes_OfAParsedManifest_KeepsUnknownMembers()
    {
        ImageManifest manifest = ImageManifest.Parse(Encoding.UTF8.GetBytes(Good));

        string written = Encoding.UTF8.GetString((manifest with { Annotations = null }).ToUtf8Bytes());

        Assert.Contains("\"x-unknown\":{\"a\":[1,2]}", written);
        Assert.Contains("\"x-more\":true", written);
        Assert.DoesNotContain("annotations", written);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"schemaVersion":2}""", "$")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:zz","size":2},"layers":[]}""", "$.config.digest")]
    [InlineData("""{"schemaVersion":1,"config":{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}""", "$.schemaVersion")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":-2},"layers":[]}""", "$")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":null}""", "$.layers")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[],"manifests":[]}""", "$.manifests")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[null]}""", "$.layers[0]")]
    [InlineData("""{"schemaVersion":2,"config":"x","layers":[]}""", "$.config")]
    [InlineData("""[]""", "$")]
    [InlineData("""null""", "$")]
    [InlineData("""{""", "$")]
    public void Parse_ABadManifest_NamesTheMember(string json, string path)
    {
        var e = Assert.Throws<InvalidDocumentException>(() => ImageManifest.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.StartsWith(path, e.JsonPath);
    }
}
