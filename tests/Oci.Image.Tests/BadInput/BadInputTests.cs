using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Image.Validation;

namespace Oci.Image.Tests.BadInput;

/// <summary>Images that are wrong in one way each, through the public API from a layout on disk: a typed failure with its facts, and nothing left.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _temp = new();
    private readonly string _root;
    private readonly string _store;

    public BadInputTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
        _store = _temp.Combine("layout");
    }

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("layer truncated", typeof(ContentMismatchException), "truncated")]
    [InlineData("layer flipped early", typeof(ContentMismatchException), "has the digest")]
    [InlineData("layer flipped in its trailer", typeof(ContentMismatchException), "has the digest")]
    [InlineData("layer longer", typeof(ContentMismatchException), "longer than")]
    [InlineData("layer missing", typeof(ContentNotFoundException), "sha256:")]
    [InlineData("size too small", typeof(ContentMismatchException), "longer than")]
    [InlineData("size too large", typeof(ContentMismatchException), "truncated")]
    [InlineData("other digest", typeof(ContentMismatchException), "has the digest")]
    [InlineData("other DiffID", typeof(ContentMismatchException), "DiffID")]
    [InlineData("tar cut short", typeof(TarFormatException), "etc/passwd")]
    [InlineData("manifest truncated", typeof(ContentMismatchException), "truncated")]
    [InlineData("manifest flipped", typeof(ContentMismatchException), "has the digest")]
    [InlineData("config is no JSON", typeof(InvalidDocumentException), "image config")]
    public async Task UnpackAndVerify_DamagedImage_ThrowTheSameAndLeaveNothing(string fault, Type expected, string fact)
    {
        OciLayout layout = await BadImage.MakeAsync(_store, fault);

        Exception unpack = await Assert.ThrowsAnyAsync<OciImageException>(() => UnpackAsync(layout));
        Descriptor root = (await layout.ResolveAsync("v1"))!;
        ValidationReport report = await ImageValidator.ValidateAsync(layout, root).WaitAsync(Patience);

        Assert.IsType(expected, unpack);
        Assert.Contains(fact, unpack.Message);
        Assert.Contains(report.Findings, finding => finding.Cause?.GetType() == expected || (expected == typeof(InvalidDocumentException) && finding.Rule.Id.StartsWith("json-", StringComparison.Ordinal)));
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("name with ..", UnpackFailure.ParentTraversal, "etc/../../outside")]
    [InlineData("absolute name", UnpackFailure.AbsoluteName, "/outside")]
    [InlineData("hardlink with ..", UnpackFailure.ParentTraversal, "h")]
    [InlineData("hardlink through a link", UnpackFailure.HardLinkTargetMissing, "h")]
    [InlineData("hardlink by an absolute name", UnpackFailure.AbsoluteName, "h")]
    [InlineData("link loop", UnpackFailure.SymbolicLinkLoop, "a/x")]
    [InlineData("root is a link", UnpackFailure.RootNotDirectory, "./")]
    public async Task Unpack_EscapingEntry_IsRefusedWithItsNameAndLayer(string fault, UnpackFailure failure, string entry)
    {
        File.WriteAllText(_temp.Combine("outside"), "untouched");
        OciLayout layout = await BadImage.MakeAsync(_store, fault);

        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => UnpackAsync(layout));

        OciImage image = await OciImage.OpenAsync(layout, "v1");
        Assert.Equal((failure, entry, (int?)0, (Digest?)image.Layers[0].Descriptor.Digest), (exception.Failure, exception.EntryName, exception.LayerIndex, exception.Layer));
        Assert.Equal("untouched", File.ReadAllText(_temp.Combine("outside")));
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData("""{"schemaVersion":2,"config":null,"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:zz","size":1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":-1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":1,"config":{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0},"layers":[]}""")]
    public async Task Open_MalformedManifest_NamesTheDocumentAndMember(string manifest)
    {
        OciLayout layout = await OciLayout.CreateAsync(_store);
        // As any blob: no store takes it as a manifest.
        Descriptor blob = await layout.AddAsync(MediaTypes.OctetStream, System.Text.Encoding.UTF8.GetBytes(manifest));
        Descriptor asManifest = blob with { MediaType = MediaTypes.ImageManifest };

        var exception = await Assert.ThrowsAsync<InvalidDocumentException>(() => OciImage.OpenAsync(layout, asManifest));
        ValidationReport report = await ImageValidator.ValidateAsync(layout, asManifest);
        await Assert.ThrowsAsync<InvalidDocumentException>(() => layout.AddAsync(MediaTypes.ImageManifest, System.Text.Encoding.UTF8.GetBytes(manifest + " ")));

        Assert.Equal("image manifest", exception.Document);
        Assert.StartsWith("$", exception.JsonPath);
        Assert.False(report.IsValid);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("/proc/sys/oci-test")]
    [InlineData("/sys/kernel/oci-test")]
    [InlineData("FILE/below")]
    [InlineData("FILE")]
    public async Task CreateAndUnpack_UnwritablePlace_SayWhereAndLeaveNothing(string place)
    {
        File.WriteAllText(_temp.Combine("file"), "untouched");
        place = place.Replace("FILE", _temp.Combine("file"));
        OciLayout layout = await BadImage.MakeAsync(_store, "nothing");
        OciImage image = await OciImage.OpenAsync(layout, "v1");

        var create = await Assert.ThrowsAsync<LayoutException>(() => OciLayout.CreateAsync(place));
        var unpack = await Assert.ThrowsAsync<UnpackException>(() => new ImageUnpacker().UnpackAsync(image, place));

        Assert.StartsWith(place, create.Path);
        Assert.Equal(UnpackFailure.FileSystem, unpack.Failure);
        Assert.Contains(place, unpack.Message);
        Assert.NotNull(unpack.InnerException);
        Assert.Equal("untouched", File.ReadAllText(_temp.Combine("file")));
        AssertNothingLeft();
    }

    [Fact]
    public async Task Unpack_GoodImage_Unpacks()
    {
        await UnpackAsync(await BadImage.MakeAsync(_store, "nothing"));
        Assert.Equal("root", File.ReadAllText(Path.Combine(_root, "etc", "passwd")));
    }

    private async Task UnpackAsync(OciLayout layout)
    {
        OciImage image = await OciImage.OpenAsync(layout, "v1");
        await new ImageUnpacker().UnpackAsync(image, _root).WaitAsync(Patience);
    }

    private void AssertNothingLeft()
    {
        Assert.False(Directory.Exists(_root));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_store, ".oci-sdk", "staging")));
        Assert.Empty(OpenFiles.Below(_temp.Path));
    }
}
