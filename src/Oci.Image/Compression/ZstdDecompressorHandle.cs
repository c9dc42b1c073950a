using System.Runtime.InteropServices;

namespace Oci.Image.Compression;

/// <summary>A <c>ZSTD_DCtx</c>.</summary>
internal sealed class ZstdDecompressorHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LibZstd.FreeDecompressor(handle) == 0;
}
