using System.Runtime.InteropServices;

namespace Oci.Image.Compression;

/// <summary>A <c>ZSTD_CCtx</c>.</summary>
internal sealed class ZstdCompressorHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LibZstd.FreeCompressor(handle) == 0;
}
