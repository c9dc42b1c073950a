using System.Text;

namespace OciTool.Results;

/// <summary>What a command prints: as it stands with <c>--json</c>, else as text.</summary>
internal interface IResult
{
    void WriteTo(StringBuilder text);
}
