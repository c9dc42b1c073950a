using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Why an entry is refused, before it is known to be said of which layer and entry: becomes an <see cref="UnpackException"/>.</summary>
internal sealed class UnpackRefusal(UnpackFailure failure, string problem, Exception? innerException = null) : Exception(problem, innerException)
{
    public UnpackFailure Failure => failure;

    public static UnpackRefusal OfName(UnpackFailure failure, string what = "has a name") => new(failure, failure switch
    {
        UnpackFailure.AbsoluteName => $"{what} that starts with a slash: layers name files from their own root. Set UnpackOptions.AllowAbsoluteNames to take the slash off",
        UnpackFailure.ParentTraversal => $"{what} with a '..' in it, by which it could leave the root. Its source is not to be trusted",
        _ => $"{what} that no file can have: it is empty or has a NUL byte",
    });

    public static UnpackRefusal UnsupportedType(TarEntry entry) =>
        new(UnpackFailure.UnsupportedEntryType, $"has the type 0x{(byte)entry.Type:x2}, which no layer can have");

    public static UnpackRefusal LinkLoop() => new(UnpackFailure.SymbolicLinkLoop, "lies behind symbolic links that lead to each other");

    public static UnpackRefusal ParentNotDirectory() => new(UnpackFailure.ParentNotDirectory, "lies in what is no directory");

    public static UnpackRefusal TooDeep(UnpackOptions options) =>
        new(UnpackFailure.TooDeep, $"lies more than {options.MaxDepth} directories deep (UnpackOptions.MaxDepth)");

    public static UnpackRefusal HardLinkToDirectory(TarEntry entry) =>
        new(UnpackFailure.HardLinkToDirectory, $"is a hardlink to the directory '{PathText.Describe(entry.LinkName)}'");

    public static UnpackRefusal HardLinkTargetMissing(TarEntry entry) =>
        new(UnpackFailure.HardLinkTargetMissing, $"is a hardlink to '{PathText.Describe(entry.LinkName)}', which is not in this root");
}
