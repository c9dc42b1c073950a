using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Oci.Image.Tests.Archives;

public sealed class OciArchiveTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAsync_OfALayoutInATar_GivesItsImages(bool gzip)
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        Descriptor a = await TestContent.AddImageAsync(layout, "a");
        Descriptor b = await TestContent.AddImageAsync(layout, "b");
        await layout.TagAsync(await TestContent.AddIndexAsync(layout, a, b), "both");
        Descriptor signature = await TestContent.AddImageAsync(layout, "signature", subject: a);
        string path = Pack(layout.Path, gzip);

        await using OciArchive archive = await OciArchive.OpenAsync(path);

        Assert.Equal(["both"], await TestContent.ToListAsync(archive.ListTagsAsync()));
        Assert.Equal(b, await archive.ResolveAsync(b.Digest.ToString()));
        Assert.Null(await archive.ResolveAsync("none"));
        Assert.Equal("b", (await OciImage.OpenAsync(archive, b)).Config.Author);
        Assert.Equal([signature.Digest], (await TestContent.ToListAsync(archive.ListReferrersAsync(a.Digest))).Select(d => d.Digest));
        Assert.False(await archive.ExistsAsync(a with { Size = a.Size + 1 }));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => archive.OpenAsync(Descriptor.Create(MediaTypes.Layer, "no"u8)));
        await Assert.ThrowsAsync<OciImageException>(() => archive.ResolveAsync(""));
    }

    [Fact]
    public async Task OpenAsync_OfADockerArchive_SaysSo()
    {
        string path = new ArchiveBuilder().File("manifest.json", "[]").Save(_temp.Combine("a.tar"));

        var e = await Assert.ThrowsAsync<ArchiveException>(() => OciArchive.OpenAsync(path));

        Assert.Contains(nameof(DockerArchive), e.Message);
        Assert.Equal(path, e.Path);
    }

    [Fact]
    public async Task OpenAsync_WithoutAnIndex_SaysWhatIsMissing()
    {
        string path = new ArchiveBuilder().File("oci-layout", """{"imageLayoutVersion":"1.0.0"}""").Save(_temp.Combine("a.tar"));

        var e = await Assert.ThrowsAsync<ArchiveException>(() => OciArchive.OpenAsync(path));

        Assert.Contains("index.json", e.Message);
    }

    private string Pack(string folder, bool gzip)
    {
        using var builder = new ArchiveBuilder();
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            builder.File("./" + Path.GetRelativePath(folder, file), File.ReadAllBytes(file));
        }
        return builder.Save(_temp.Combine("archive.tar"), gzip);
    }
}
