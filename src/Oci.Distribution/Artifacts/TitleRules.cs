using System.Text;

namespace Oci.Distribution.Artifacts;

/// <summary>That the files of an artifact can lie beside each other.</summary>
internal static class TitleRules
{
    /// <exception cref="ArtifactException">Two have the same path, or one lies below another that is no directory.</exception>
    public static void Check(IEnumerable<ArtifactTitle> titles, bool ignoreCase)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach (ArtifactTitle title in titles)
        {
            string path = "";
            for (int i = 0; i < title.Parts.Count; i++)
            {
                path += "/" + Fold(title.Parts[i], ignoreCase);
                bool isFile = i == title.Parts.Count - 1;
                if (files.Contains(path) || (isFile && directories.Contains(path)))
                {
                    throw new ArtifactException($"Two files of the artifact have the same place: '{title}' is one of them{(ignoreCase ? ", on a system where names that differ in case are one" : "")}.", title.ToString());
                }
                (isFile ? files : directories).Add(path);
            }
        }
    }

    /// <summary>What is equal of names that are one name to the file system.</summary>
    public static string Fold(string part, bool ignoreCase) => ignoreCase ? part.Normalize(NormalizationForm.FormC).ToUpperInvariant() : part;
}
