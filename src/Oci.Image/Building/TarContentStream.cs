using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>The content of the entry that a reader stands on, with the holes of a sparse file as zeros.</summary>
internal sealed class TarContentStream(TarReader reader) : ForwardReadStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        reader.ReadContentAsync(buffer, cancellationToken);
}
