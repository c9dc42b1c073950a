namespace Oci.Image.Tests;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("application/vnd.oci.image.manifest.v1+json")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("a/b")]
    public void Parse_OfAMediaType_KeepsIt(string text) => Assert.Equal(text, MediaType.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/")]
    [InlineData("/b")]
    [InlineData("a/b/c")]
    [InlineData("a/b\n")]
    [InlineData("a/b; x=\u00e9")]
    [InlineData("-a/b")]
    public void Parse_OfWhatIsNone_Throws(string text) => Assert.Throws<FormatException>(() => MediaType.Parse(text));

    [Fact]
    public void Parse_OfAVeryLongOne_Throws() => Assert.Throws<FormatException>(() => MediaType.Parse("a/b;" + new string('x', MediaType.MaxLength)));

    [Fact]
    public void Equals_IgnoresCase() => Assert.Equal(MediaTypes.ImageManifest, MediaType.Parse("Application/vnd.OCI.image.manifest.v1+json"));

    [Fact]
    public void ToOci_AndBack_ChangesOnlyTheKnown()
    {
        Assert.Equal(MediaTypes.LayerGzip, MediaTypes.ToOci(MediaTypes.DockerLayerGzip));
        Assert.Equal(MediaTypes.DockerLayerGzip, MediaTypes.ToDocker(MediaTypes.LayerGzip));
        Assert.Equal(MediaTypes.OctetStream, MediaTypes.ToOci(MediaTypes.OctetStream));
        Assert.Equal(MediaTypes.ImageIndex, MediaTypes.ToOci(MediaTypes.ToDocker(MediaTypes.ImageIndex)));
    }
}
