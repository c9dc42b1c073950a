using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>A step of a copy failed: which, from where to where, and as <see cref="Exception.InnerException"/> why.</summary>
public sealed class CopyException : OciImageException
{
    internal CopyException(string step, Descriptor descriptor, string source, string destination, Exception cause)
        : base($"Cannot {step} {descriptor.Digest} ({descriptor.MediaType}, {descriptor.Size} bytes), in the copy from {source} to {destination}: {cause.Message}", cause)
    {
        Descriptor = descriptor;
        SourceName = source;
        DestinationName = destination;
    }

    /// <summary>The manifest or blob that the step was about.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>Where it is read, as the source calls itself.</summary>
    public string SourceName { get; }

    /// <summary>Where it goes, as the destination calls itself.</summary>
    public string DestinationName { get; }

    /// <summary>Whether a failure is one of stores and registries, and no bug or cancellation.</summary>
    internal static bool Explains(Exception e) => e is OciImageException or RegistryException or IOException or UnauthorizedAccessException or InvalidDataException;
}
