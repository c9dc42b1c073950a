using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using static Oci.Distribution.Tests.Copying.CopySamples;

namespace Oci.Distribution.Tests.Copying;

public sealed class CopyFailureTests
{
    private readonly MemoryContentStore _source = new();
    private readonly MemoryContentStore _destination = new();

    // Eight things are opened: index, two manifests, two configs, three layers.
    public static readonly TheoryData<int, bool> Points = [.. Enumerable.Range(1, 8).SelectMany(at => new[] { (at, false), (at, true) })];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Copy_ThatFailsOrIsCancelledAtAnyPoint_LeavesNoTagAndNoManifestWithHoles(int at, bool isCancelled)
    {
        Descriptor index = await AddIndexAsync(_source);
        Descriptor signature = await AddManifestAsync(_source, "amd64", "shared", subject: index);
        using var cancellation = new CancellationTokenSource();
        var troubled = new TroubledSource(_source, (_, count) =>
        {
            if (count == at)
            {
                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            }
        });
        var failing = new TroubledSource(_source, (_, count) => ThrowIf(count == at, new IOException("The disk is gone.")));
        var options = new CopyOptions { MaxParallel = 2, IncludeReferrers = true };

        Task copy = ContentCopier.CopyAsync(isCancelled ? troubled : failing, "v1", _destination, "v1", options, cancellationToken: cancellation.Token);

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => copy);
        Assert.Equal(isCancelled ? cancellation.Token : null, (e as OperationCanceledException)?.CancellationToken);
        Assert.Equal(isCancelled, e is not CopyException);
        Assert.Null(await _destination.ResolveAsync("v1"));
        foreach (Descriptor manifest in (await _source.ReadIndexAsync(index)).Manifests.Append(index).Append(signature))
        {
            Assert.True(!await _destination.ExistsAsync(manifest) || await IsWholeAsync(_destination, manifest));
        }
        // What lacks is copied the next time.
        await ContentCopier.CopyAsync(_source, "v1", _destination, "v1", options);
        Assert.True(await IsWholeAsync(_destination, index));
    }

    [Fact]
    public async Task Copy_ThatFails_NamesTheStepFromWhereAndToWhere()
    {
        await AddIndexAsync(_source);
        Descriptor layer = Descriptor.Create(MediaTypes.Layer, "shared"u8);
        var failing = new TroubledSource(_source, (descriptor, _) => ThrowIf(descriptor.Digest == layer.Digest, new RegistryException("It says no.")));
        using var directory = new TempDirectory();
        OciLayout layout = await OciLayout.CreateAsync(directory.Path);

        var e = await Assert.ThrowsAsync<CopyException>(() => ContentCopier.CopyAsync(failing, "v1", layout, "v1"));

        Assert.Equal($"Cannot copy {layer.Digest} ({layer.MediaType}, {layer.Size} bytes), in the copy from the troubled source to {layout}: It says no.", e.Message);
        Assert.Equal(("the troubled source", layout.ToString()), (e.SourceName, e.DestinationName));
        Assert.Equal(layer.Digest, e.Descriptor.Digest);
        Assert.IsType<RegistryException>(e.InnerException);
        Assert.Empty(await layout.ListTagsAsync().ToListAsync());
        Assert.Empty(await layout.ListEntriesAsync().ToListAsync());
    }

    [Fact]
    public async Task Copy_OfIndexesNestedTooDeep_IsRefused()
    {
        Descriptor index = await AddIndexAsync(_source);
        for (int i = 0; i < 17; i++)
        {
            index = await AddIndexOfAsync(_source, [index.ToPlain()]);
        }

        var e = await Assert.ThrowsAsync<OciImageException>(() => ContentCopier.CopyAsync(_source, index, _destination));

        Assert.Contains("nest more than 16 deep", e.Message);
    }

    [Fact]
    public async Task Copy_OfAManifestThatSaysItIsOfAnotherType_IsRefusedBeforeAnythingIsCopied()
    {
        byte[] content = new ImageManifest { MediaType = MediaTypes.DockerManifest, Config = await AddBlobAsync(_source, MediaTypes.DockerImageConfig, "config"), Layers = [] }.ToUtf8Bytes();
        Descriptor manifest = Descriptor.Create(MediaTypes.ImageManifest, content);
        await _source.AddAsync(manifest, new MemoryStream(content));

        var e = await Assert.ThrowsAsync<CopyException>(() => ContentCopier.CopyAsync(_source, manifest, _destination));

        Assert.IsType<InvalidDocumentException>(e.InnerException);
        Assert.Contains(MediaTypes.DockerManifest.ToString(), e.Message);
        Assert.False(await _destination.ExistsAsync(manifest));
    }

    [Fact]
    public async Task Copy_OfAnIndexWithBlobs_TakesThem()
    {
        Descriptor blob = await AddBlobAsync(_source, MediaType.Parse("text/plain"), "readme");
        Descriptor index = await AddIndexAsync(_source, blob);

        await ContentCopier.CopyAsync(_source, index, _destination);

        Assert.True(await IsWholeAsync(_destination, index));
        Assert.True(await _destination.ExistsAsync(blob));
    }

    [Fact]
    public async Task Copy_OfEmbeddedData_AsksTheSourceForNothing()
    {
        Descriptor config = Descriptor.Create(MediaTypes.Empty, "{}"u8) with { Data = "{}"u8.ToArray() };
        byte[] content = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = config, Layers = [config] }.ToUtf8Bytes();
        Descriptor manifest = Descriptor.Create(MediaTypes.ImageManifest, content) with { Data = content };
        byte[] index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [manifest] }.ToUtf8Bytes();
        var root = Descriptor.Create(MediaTypes.ImageIndex, index) with { Data = index };
        var source = new TroubledSource(_source, (descriptor, _) => Assert.Fail($"{descriptor} is asked for."));

        await ContentCopier.CopyAsync(source, root, _destination);

        Assert.True(await IsWholeAsync(_destination, root));
    }

    [Fact]
    public async Task Copy_OfDataThatIsNotTheDescriptors_ReadsTheSource()
    {
        Descriptor config = await AddBlobAsync(_source, MediaTypes.ImageConfig, "config") with { Data = "forged"u8.ToArray() };
        Descriptor manifest = await _source.AddAsync(MediaTypes.ImageManifest, new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = config, Layers = [] }.ToUtf8Bytes());

        await ContentCopier.CopyAsync(_source, manifest, _destination);

        Assert.Equal("config"u8.ToArray(), await _destination.ReadAsync(config with { Data = null }));
    }

    [Fact]
    public async Task Copy_OfSha512_KeepsTheDigests()
    {
        Descriptor config = await AddSha512Async(MediaTypes.ImageConfig, "config"u8.ToArray());
        Descriptor layer = await AddSha512Async(MediaTypes.Layer, "layer"u8.ToArray());
        Descriptor manifest = await AddSha512Async(MediaTypes.ImageManifest, new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = config, Layers = [layer] }.ToUtf8Bytes());
        Descriptor index = await AddSha512Async(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [manifest with { Platform = Amd64 }, Descriptor.Create(MediaTypes.ImageManifest, "absent"u8)] }.ToUtf8Bytes());

        CopyResult result = await ContentCopier.CopyAsync(_source, index, _destination, "v1", new() { Platforms = [Amd64], ReduceIndex = true });

        Assert.Equal(DigestAlgorithm.Sha512, result.Root.Digest.Algorithm);
        Assert.True(await IsWholeAsync(_destination, result.Root));
        Assert.True(await _destination.ExistsAsync(manifest));
    }

    [Fact]
    public async Task Copy_ThatRepairs_CopiesWhatIsDamagedAndNothingElse()
    {
        Descriptor index = await AddIndexAsync(_source);
        using var directory = new TempDirectory();
        OciLayout layout = await OciLayout.CreateAsync(directory.Path);
        await ContentCopier.CopyAsync(_source, "v1", layout, "v1");
        Descriptor layer = Descriptor.Create(MediaTypes.Layer, "shared"u8);
        await File.WriteAllTextAsync(directory.Combine("blobs", "sha256", layer.Digest.Hex.ToString()), "sharks");
        await File.WriteAllBytesAsync(directory.Combine("blobs", "sha256", index.Digest.Hex.ToString()), new byte[index.Size]);

        CopyResult plain = await ContentCopier.CopyAsync(_source, "v1", layout, "v1");
        CopyResult repaired = await ContentCopier.CopyAsync(_source, "v1", layout, "v1", new() { Repair = true });

        Assert.Equal(0, plain.Copied);
        Assert.Equal((1, 1, 6), (repaired.Blobs.Copied, repaired.Manifests.Copied, repaired.Skipped));
        Assert.Equal("shared"u8.ToArray(), await layout.ReadAsync(layer));
        Assert.True(await IsWholeAsync(layout, index));
    }

    private static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
        {
            throw exception;
        }
    }

    private async Task<Descriptor> AddSha512Async(MediaType mediaType, byte[] content)
    {
        var descriptor = new Descriptor { MediaType = mediaType, Digest = Digest.Compute(DigestAlgorithm.Sha512, content), Size = content.Length };
        await _source.AddAsync(descriptor, new MemoryStream(content));
        return descriptor;
    }
}
