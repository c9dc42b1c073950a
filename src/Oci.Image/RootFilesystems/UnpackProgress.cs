namespace Oci.Image.RootFilesystems;

/// <summary>How far an unpack has come.</summary>
/// <param name="LayerIndex">The layer being unpacked, the lowest being 0.</param>
/// <param name="LayerCount">How many layers there are.</param>
/// <param name="Entries">Entries unpacked so far, of all layers.</param>
/// <param name="Bytes">Bytes of file content written so far, of all layers.</param>
public readonly record struct UnpackProgress(int LayerIndex, int LayerCount, long Entries, long Bytes);
