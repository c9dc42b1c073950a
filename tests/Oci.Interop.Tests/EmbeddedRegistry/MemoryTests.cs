using System.Security.Cryptography;
using Oci.Distribution;
using Oci.Distribution.Blobs;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Interop.Tests.EmbeddedRegistry;

[CollectionDefinition("Measures the memory of the process", DisableParallelization = true)]
public sealed class MemoryCollection;

[Collection("Measures the memory of the process")]
public sealed class MemoryTests
{
    private const long Size = 256L << 20;
    private const long MostGrowth = 32L << 20;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 4)]
    public async Task PushAndPull_OfALargeBlob_HoldLittleMemoryInClientAndServer(bool chunked, int ranges)
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        Repository repository = host.CreateClient().Repository("large");
        using var content = new PatternStream(Size, _ => { });
        Descriptor blob = new() { MediaType = MediaType.Parse("application/octet-stream"), Digest = Digest.FromHash(DigestAlgorithm.Sha256, await HashAsync(content)), Size = Size };
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long peak = 0;
        void Measure(long position) => peak = position % (4 << 20) < (256 << 10) ? Math.Max(peak, GC.GetTotalMemory(false) - before) : peak;
        using var measured = new PatternStream(Size, Measure);

        await repository.Blobs.PushAsync(blob, measured, new PushBlobOptions { Chunked = chunked });
        long pushPeak = peak;
        // What the push has left to the collector is not the pull's.
        before = GC.GetTotalMemory(forceFullCollection: true);
        peak = 0;
        await using (Stream stored = await repository.Blobs.OpenAsync(blob, new OpenBlobOptions { ParallelRanges = ranges }))
        {
            var buffer = new byte[128 * 1024];
            long position = 0;
            int read;
            while ((read = await stored.ReadAsync(buffer)) > 0)
            {
                Measure(position += read);
            }
            Assert.Equal(Size, position);
        }

        Assert.InRange(pushPeak, 1, MostGrowth);
        Assert.InRange(peak, 1, MostGrowth);
    }

    private static async Task<byte[]> HashAsync(Stream content)
    {
        using SHA256 sha = SHA256.Create();
        return await sha.ComputeHashAsync(content);
    }

    /// <summary>So many bytes, made as they are read.</summary>
    private sealed class PatternStream(long size, Action<long> onRead) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, size - _position);
            buffer[..count].Fill(0x5a);
            _position += count;
            onRead(_position);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
