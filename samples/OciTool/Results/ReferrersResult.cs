using System.Text;

namespace OciTool.Results;

/// <summary>What refers to a manifest.</summary>
/// <param name="Reference">What was asked for.</param>
/// <param name="Digest">The digest of the manifest.</param>
/// <param name="Referrers">What refers to it.</param>
internal sealed record ReferrersResult(string Reference, string Digest, IReadOnlyList<ReferrerResult> Referrers) : IResult
{
    public void WriteTo(StringBuilder text)
    {
        text.Append($"{Digest}\n");
        Write(text, Referrers, "");
    }

    private static void Write(StringBuilder text, IReadOnlyList<ReferrerResult> referrers, string indent)
    {
        for (int i = 0; i < referrers.Count; i++)
        {
            bool isLast = i == referrers.Count - 1;
            text.Append($"{indent}{(isLast ? "└─" : "├─")} {referrers[i].Digest}  {TextExtensions.Printable(referrers[i].ArtifactType ?? "")}\n");
            Write(text, referrers[i].Referrers ?? [], indent + (isLast ? "   " : "│  "));
        }
    }
}
