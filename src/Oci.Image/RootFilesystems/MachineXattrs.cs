namespace Oci.Image.RootFilesystems;

/// <summary>The extended attributes that only make sense where a file lies: neither packed nor unpacked.</summary>
internal static class MachineXattrs
{
    /// <summary>Whether an attribute is one of them.</summary>
    /// <remarks>overlayfs would take its marks in a layer for its own: a redirect or an opaque flag out of the archive's hand.</remarks>
    /// <param name="name">The full name, without a NUL.</param>
    public static bool Contains(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("security.selinux"u8) || name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8);
}
