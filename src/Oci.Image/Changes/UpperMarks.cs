namespace Oci.Image.Changes;

/// <summary>What overlayfs has noted of a file in an upper directory.</summary>
[Flags]
internal enum UpperMarks
{
    None = 0,

    /// <summary>The name is deleted.</summary>
    Whiteout = 1,

    /// <summary>The directory hides all that lower layers have in it.</summary>
    Opaque = 2,

    /// <summary>The directory may hold whiteouts that are empty files with a mark.</summary>
    HasMarkedWhiteouts = 4,
}
