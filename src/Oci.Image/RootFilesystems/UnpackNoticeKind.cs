namespace Oci.Image.RootFilesystems;

/// <summary>What an unpack did with less than the layers ask for.</summary>
public enum UnpackNoticeKind
{
    /// <summary>Owners could not be set, and are noted in <c>user.rootlesscontainers</c>.</summary>
    OwnerRecorded,

    /// <summary>Owners could not be set, nor noted: of links, devices, or where the file system has no user attributes.</summary>
    OwnerLost,

    /// <summary>Devices could not be made: empty regular files stand in their place.</summary>
    DeviceReplaced,

    /// <summary>Extended attributes could not be set, for want of a right or of support by the file system.</summary>
    XattrRefused,

    /// <summary>Extended attributes that mean something to this machine only (SELinux labels, overlayfs marks) were left out.</summary>
    XattrLeftOut,

    /// <summary>Hardlinks could not be made on this system: their files were copied.</summary>
    HardLinkCopied,

    /// <summary>Symbolic links could not be made by this user: files with the targets as text stand in their place.</summary>
    LinkReplaced,

    /// <summary>Names that this file system cannot have, or not beside others, were changed.</summary>
    NameChanged,
}
