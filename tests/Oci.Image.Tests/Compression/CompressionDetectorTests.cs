using Oci.Image.Compression;

namespace Oci.Image.Tests.Compression;

public sealed class CompressionDetectorTests
{
    [Theory]
    [InlineData("gzip", CompressionAlgorithm.Gzip)]
    [InlineData("zstd", CompressionAlgorithm.Zstd)]
    [InlineData("bzip2", CompressionAlgorithm.Bzip2)]
    [InlineData("xz", CompressionAlgorithm.Xz)]
    public async Task Detect_ToolsOutput_IsRecognised(string tool, CompressionAlgorithm algorithm)
    {
        string path = Requires.Tool(tool);
        using var temp = new TempDirectory();
        await File.WriteAllTextAsync(temp.Combine("file"), "content");
        (await ToolResult.RunAsync(path, ["-k", temp.Combine("file")])).EnsureSuccess();
        string made = Directory.GetFiles(temp.Path).Single(file => Path.GetFileName(file) != "file");
        Assert.Equal(algorithm, CompressionDetector.Detect((await File.ReadAllBytesAsync(made))[..CompressionDetector.MagicLength]));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x1f })]
    [InlineData(new byte[] { 0x1f, 0x8b, 7, 0 })]
    [InlineData(new byte[] { (byte)'B', (byte)'Z', (byte)'h', (byte)'9', (byte)'.', (byte)'t', (byte)'x', (byte)'t', 0, 0 })]
    [InlineData(new byte[] { 0x60, 0x2a, 0x4d, 0x18 })]
    public void Detect_NothingKnown_IsNone(byte[] start) =>
        Assert.Equal(CompressionAlgorithm.None, CompressionDetector.Detect(start));

    [Fact]
    public void Detect_SkippableFrameFirst_IsZstd() =>
        Assert.Equal(CompressionAlgorithm.Zstd, CompressionDetector.Detect([0x5e, 0x2a, 0x4d, 0x18]));
}
