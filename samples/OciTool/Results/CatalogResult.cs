using System.Text;

namespace OciTool.Results;

/// <summary>The repositories of a registry.</summary>
/// <param name="Registry">The registry.</param>
/// <param name="Repositories">The repositories in its order.</param>
internal sealed record CatalogResult(string Registry, IReadOnlyList<string> Repositories) : IResult
{
    public void WriteTo(StringBuilder text)
    {
        foreach (string repository in Repositories)
        {
            text.Append(TextExtensions.Printable(repository)).Append('\n');
        }
    }
}
