namespace Oci.Image.RootFilesystems;

/// <summary>The directory that is unpacked into: made or found empty, and emptied again where the unpack fails.</summary>
internal interface IUnpackTarget : IDisposable
{
    /// <summary>What applies layers to it.</summary>
    /// <exception cref="UnpackException">The directory cannot be given to its owner.</exception>
    ILayerApplier Open(int layerCount, UnpackOptions options, IProgress<UnpackProgress>? progress);

    /// <summary>Removes all that is in the directory, and the directory itself where it was made here.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something cannot be removed.</exception>
    void Remove();
}
