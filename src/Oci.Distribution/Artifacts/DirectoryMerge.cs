namespace Oci.Distribution.Artifacts;

/// <summary>Puts a directory where there is one already: file by file, and what that has besides stays.</summary>
internal static class DirectoryMerge
{
    /// <exception cref="ArtifactException">A link or file is in the way of a directory, or a directory in that of a file.</exception>
    public static void Place(IArtifactTarget target, string staged, ArtifactTitle title)
    {
        if (!target.HasDirectory(title))
        {
            target.Place(staged, title, overwrite: true);
            return;
        }
        foreach (FileSystemInfo entry in new DirectoryInfo(Path.Combine(target.Staging, staged)).EnumerateFileSystemInfos())
        {
            string below = $"{staged}/{entry.Name}";
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                Place(target, below, title.Append(entry.Name));
            }
            else
            {
                target.Place(below, title.Append(entry.Name), overwrite: true);
            }
        }
    }
}
