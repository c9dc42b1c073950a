namespace Oci.Image.RootFilesystems;

/// <summary>One way in which what was unpacked is less than what the layers hold.</summary>
/// <param name="Kind">In what way.</param>
/// <param name="Count">How many entries, or attributes, it touches.</param>
/// <param name="FirstEntry">The name of the first entry, for display.</param>
public sealed record UnpackNotice(UnpackNoticeKind Kind, long Count, string FirstEntry)
{
    /// <summary>One sentence for the user.</summary>
    public string Message => Kind switch
    {
        UnpackNoticeKind.OwnerRecorded => $"The owners of {Count} files could not be set by this user and are noted in the attribute user.rootlesscontainers (first: {FirstEntry}).",
        UnpackNoticeKind.OwnerLost => $"The owners of {Count} files could be neither set nor noted (first: {FirstEntry}).",
        UnpackNoticeKind.DeviceReplaced => $"{Count} devices could not be made by this user: empty files stand in their place (first: {FirstEntry}).",
        UnpackNoticeKind.XattrRefused => $"{Count} extended attributes were refused by the system (first on: {FirstEntry}).",
        UnpackNoticeKind.XattrLeftOut => $"{Count} extended attributes that only matter on the machine they came from were left out (first on: {FirstEntry}).",
        UnpackNoticeKind.HardLinkCopied => $"{Count} hardlinks are copies of their files, since this system makes none (first: {FirstEntry}).",
        UnpackNoticeKind.LinkReplaced => $"{Count} symbolic links could not be made by this user: files with their targets stand in their place (first: {FirstEntry}).",
        UnpackNoticeKind.NameChanged => $"{Count} names that this file system cannot have were changed (first: {FirstEntry}).",
        _ => $"{Kind}: {Count} (first: {FirstEntry}).",
    };

    /// <summary>The <see cref="Message"/>.</summary>
    public override string ToString() => Message;
}
