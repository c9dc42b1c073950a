using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tests.Layers;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.BadInput;

/// <summary>An unpack whose blob stops answering, or whose caller gives up, at every stage of the pipeline.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _temp = new();

    public CancellationTests() => Requires.Linux();

    public void Dispose() => _temp.Dispose();

    /// <summary>Cancelled when that share of the blob was read: before the first byte, in the middle, at the end.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(30, false)]
    [InlineData(30, true)]
    [InlineData(70, true)]
    [InlineData(100, false)]
    [InlineData(100, true)]
    public async Task UnpackAsync_CancelledWhileTheBlobHangs_EndsAndLeavesNothing(int percent, bool gzip)
    {
        var noise = new byte[3_000_000];
        new Random(1).NextBytes(noise);
        byte[] archive = new LayerBytes().Directory("d", "0000500").Add("d/large", '0', "0000600", noise).File("d/small", "x").ToArray();
        LayerSample sample = gzip ? LayerSample.Gzip(archive) : LayerSample.Of(archive, archive, MediaTypes.Layer);
        using var cancellation = new CancellationTokenSource();
        var blob = new HangingStream(sample.Blob[..(int)((long)sample.Blob.Length * percent / 100)]);
        var layer = new UnpackLayer { Descriptor = sample.Descriptor, DiffId = sample.DiffId, OpenAsync = _ => Task.FromResult<Stream>(blob) };

        Task unpack = new ImageUnpacker().UnpackAsync([layer], _temp.Combine("root"), cancellationToken: cancellation.Token);
        await blob.Hangs.WaitAsync(Patience);
        cancellation.Cancel();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unpack.WaitAsync(Patience));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.True(blob.IsClosed);
        Assert.Empty(Directory.GetFileSystemEntries(_temp.Path));
        Assert.Empty(OpenFiles.Below(_temp.Path));
    }

    /// <summary>Gives its bytes, then neither more nor an end.</summary>
    private sealed class HangingStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hangs => _hangs.Task;

        public bool IsClosed { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = Read(buffer.Span);
            if (read == 0)
            {
                _hangs.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
