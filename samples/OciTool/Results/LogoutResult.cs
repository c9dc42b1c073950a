using System.Text;

namespace OciTool.Results;

/// <summary>Logins that are forgotten.</summary>
/// <param name="Registries">The registries.</param>
/// <param name="Path">The file that kept them.</param>
internal sealed record LogoutResult(IReadOnlyList<string> Registries, string Path) : IResult
{
    public void WriteTo(StringBuilder text)
    {
        foreach (string registry in Registries)
        {
            text.Append($"Logged out of {registry}\n");
        }
    }
}
