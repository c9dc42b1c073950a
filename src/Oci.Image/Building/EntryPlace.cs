namespace Oci.Image.Building;

/// <summary>Where an entry goes. The path of a directory is shared by all that is in it.</summary>
/// <param name="Directory">The directory's path; empty for the root.</param>
/// <param name="Name">The name in it.</param>
internal readonly record struct EntryPlace(byte[] Directory, byte[] Name)
{
    public byte[] ToPath() => Directory.Length == 0 ? Name : [.. Directory, (byte)'/', .. Name];
}
