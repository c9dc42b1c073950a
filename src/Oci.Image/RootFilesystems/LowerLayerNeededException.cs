namespace Oci.Image.RootFilesystems;

/// <summary>What a layer comes to cannot be said without the layers below it: it is to be unpacked onto them.</summary>
internal sealed class LowerLayerNeededException : Exception;
