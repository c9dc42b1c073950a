using System.Text;

namespace OciTool.Results;

/// <summary>A login that is kept.</summary>
/// <param name="Registry">The registry.</param>
/// <param name="Username">The user.</param>
/// <param name="Path">The file that keeps it, or names the helper that does.</param>
/// <param name="Checked">Whether the registry took it; it asks nobody where false.</param>
internal sealed record LoginResult(string Registry, string Username, string Path, bool Checked) : IResult
{
    public void WriteTo(StringBuilder text) => text.Append($"Logged in to {Registry} as {Username}; kept by {Path}\n");
}
