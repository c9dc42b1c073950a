namespace Oci.Image.RootFilesystems;

/// <summary>Why an entry is refused, before it is known to be said of which layer and entry: becomes an <see cref="UnpackException"/>.</summary>
internal sealed class UnpackRefusal(UnpackFailure failure, string problem) : Exception(problem)
{
    public UnpackFailure Failure => failure;

    public static UnpackRefusal OfName(UnpackFailure failure, string what = "has a name") => new(failure, failure switch
    {
        UnpackFailure.AbsoluteName => $"{what} that starts with a slash: layers name files from their own root. Set UnpackOptions.AllowAbsoluteNames to take the slash off",
        UnpackFailure.ParentTraversal => $"{what} with a '..' in it, by which it could leave the root. Its source is not to be trusted",
        _ => $"{what} that no file can have: it is empty or has a NUL byte",
    });
}
