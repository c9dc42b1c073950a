namespace Oci.Image;

/// <summary>What is at a path.</summary>
/// <param name="Other">What it is instead of a regular file; <see langword="null"/> for one.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="ModifiedTime">When the content was last changed, or said to be in use.</param>
internal readonly record struct FileFacts(string? Other, long Size, DateTimeOffset ModifiedTime)
{
    public bool IsRegular => Other is null;
}
