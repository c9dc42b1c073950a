namespace Oci.Image.RootFilesystems;

/// <summary>An extended attribute of a directory that waits until all is unpacked.</summary>
internal readonly record struct LateXattr(byte[] Name, byte[] Value);
