namespace Oci.Image.Layouts;

/// <summary>A blob of a layout, by what its file says.</summary>
/// <param name="Digest">The digest that it is stored under; the content was not read.</param>
/// <param name="Size">The size of the file in bytes.</param>
/// <param name="UsedTime">When it was written, or was last said to be in use: see <see cref="OciLayout.ExistsAsync"/>.</param>
public readonly record struct LayoutBlob(Digest Digest, long Size, DateTimeOffset UsedTime);
