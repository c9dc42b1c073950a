namespace Oci.Image.RootFilesystems;

/// <summary>Why an unpack stopped.</summary>
public enum UnpackFailure
{
    /// <summary>The operating system refused: the disk is full, a right is missing. The inner exception has the facts.</summary>
    FileSystem,

    /// <summary>The directory to unpack into has something in it.</summary>
    TargetNotEmpty,

    /// <summary>An entry's name is empty or has a NUL byte.</summary>
    InvalidName,

    /// <summary>A name starts with a slash. See <see cref="UnpackOptions.AllowAbsoluteNames"/>.</summary>
    AbsoluteName,

    /// <summary>A name has a <c>..</c> component.</summary>
    ParentTraversal,

    /// <summary>What stands where an entry's parent directory should be is no directory.</summary>
    ParentNotDirectory,

    /// <summary>Symbolic links on the way to an entry's parent lead to each other, or there are more than 40.</summary>
    SymbolicLinkLoop,

    /// <summary>A symbolic link has no target.</summary>
    InvalidSymbolicLink,

    /// <summary>A hardlink's target does not exist in this root.</summary>
    HardLinkTargetMissing,

    /// <summary>A hardlink's target is a directory.</summary>
    HardLinkToDirectory,

    /// <summary>The entry for the root itself is not a directory.</summary>
    RootNotDirectory,

    /// <summary>A name with the whiteout prefix <c>.wh.</c> that is no whiteout (image-spec, layer.md, "Whiteouts").</summary>
    InvalidWhiteout,

    /// <summary>An entry of a type that no layer can have.</summary>
    UnsupportedEntryType,

    /// <summary>An owner's id does not fit Linux's 32 bits, or is the reserved 4294967295.</summary>
    InvalidOwner,

    /// <summary>More layers than <see cref="UnpackOptions.MaxLayers"/>.</summary>
    TooManyLayers,

    /// <summary>More entries and directories than <see cref="UnpackOptions.MaxEntries"/>.</summary>
    TooManyEntries,

    /// <summary>More bytes than <see cref="UnpackOptions.MaxBytes"/> or <see cref="UnpackOptions.MaxAclBytes"/>.</summary>
    TooManyBytes,

    /// <summary>A directory deeper than <see cref="UnpackOptions.MaxDepth"/>.</summary>
    TooDeep,
}
