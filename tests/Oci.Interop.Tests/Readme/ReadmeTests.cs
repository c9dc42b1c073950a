using System.Text.RegularExpressions;

namespace Oci.Interop.Tests.Readme;

public sealed partial class ReadmeTests
{
    [Fact]
    public void CodeOfTheReadmes_StandsInTheSamples()
    {
        string root = Checkout.Root;
        List<string[]> sources = [.. Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/")).Select(f => Trim(File.ReadLines(f)))];
        string[] readmes = [Path.Combine(root, "README.md"), .. Directory.EnumerateFiles(Path.Combine(root, "src"), "README.md", SearchOption.AllDirectories)];
        int blocks = 0;
        foreach (string readme in readmes)
        {
            foreach (Match match in CodeBlock().Matches(File.ReadAllText(readme)))
            {
                string[] code = Trim(match.Groups[1].Value.Split('\n'));
                string[] usings = [.. code.TakeWhile(IsUsing)];
                string[]? sample = sources.Find(s => Contains(s, code[usings.Length..]));
                Assert.True(sample is not null, $"No sample has this code of {readme}:\n{match.Groups[1].Value}");
                // A reader copies the block: it must name each namespace of this SDK that it needs.
                Assert.Equal(sample.Where(IsUsing), usings);
                blocks++;
            }
        }
        Assert.True(blocks >= 4, "The README shows less code than it should.");
    }

    private static bool IsUsing(string line) => line.StartsWith("using Oci.", StringComparison.Ordinal);

    private static string[] Trim(IEnumerable<string> lines) => [.. lines.Select(l => l.Trim()).Where(l => l.Length > 0)];

    private static bool Contains(string[] source, string[] code) =>
        Enumerable.Range(0, Math.Max(0, source.Length - code.Length + 1)).Any(i => source.AsSpan(i, code.Length).SequenceEqual(code));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
