using System.Text;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Building;

/// <summary>Paths in an image, as the bytes that a layer has: without a slash at either end.</summary>
internal static class ImagePath
{
    /// <summary>A path that a caller gave.</summary>
    /// <exception cref="ArgumentException">No layer can have the path, or it is the root and that will not do.</exception>
    public static byte[] ToBytes(string path, bool allowRoot, string parameterName)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        var checkedPath = new EntryPath();
        if (bytes.Length == 0 && allowRoot)
        {
            return [];
        }
        if (checkedPath.Set(bytes, allowAbsolute: true) is UnpackFailure failure)
        {
            throw new ArgumentException($"The path '{path}' cannot be in an image: it {(failure == UnpackFailure.ParentTraversal ? "has a '..' in it" : "is empty or has a NUL")}.", parameterName);
        }
        if (checkedPath.IsRoot && !allowRoot)
        {
            throw new ArgumentException($"The path '{path}' is the root of the image, where the name of something in it is due.", parameterName);
        }
        byte[] result = checkedPath.ToArray();
        if (WhiteoutName.IsBelow(result))
        {
            throw new ArgumentException($"The path '{path}' cannot be in an image: names that start with .wh. say there what is deleted. See {nameof(LayerFile)}.{nameof(LayerFile.Whiteout)}.", parameterName);
        }
        return result;
    }

    /// <summary>The directories that a path lies in, the outermost first.</summary>
    public static IEnumerable<byte[]> GetParents(byte[] path)
    {
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '/')
            {
                yield return path[..i];
            }
        }
    }

    /// <summary>The name of the entry that deletes a path.</summary>
    public static byte[] ToWhiteout(ReadOnlySpan<byte> path)
    {
        int leaf = path.LastIndexOf((byte)'/') + 1;
        return [.. path[..leaf], .. WhiteoutName.Prefix, .. path[leaf..]];
    }

    /// <summary>The order in which a directory is packed: a directory is followed by all that is in it, and names go by their bytes.</summary>
    public static int Compare(byte[] x, byte[] y)
    {
        int common = x.AsSpan().CommonPrefixLength(y);
        return Rank(x, common).CompareTo(Rank(y, common));

        static int Rank(byte[] path, int at) => at == path.Length ? -1 : path[at] == '/' ? 0 : path[at];
    }
}
