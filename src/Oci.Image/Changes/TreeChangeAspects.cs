namespace Oci.Image.Changes;

/// <summary>What of a file is not as it was.</summary>
[Flags]
public enum TreeChangeAspects
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What it is: a file became a directory, a link a device.</summary>
    Type = 1,

    /// <summary>The size or digest of a file, the target of a symbolic link, the numbers of a device.</summary>
    Content = 2,

    /// <summary>The permission bits.</summary>
    Mode = 4,

    /// <summary>The user or group.</summary>
    Owner = 8,

    /// <summary>The time of the last change of the content.</summary>
    Time = 16,

    /// <summary>Extended attributes.</summary>
    Xattrs = 32,

    /// <summary>Which names are hardlinks of each other.</summary>
    HardLinks = 64,
}
