using Oci.Distribution.Http;

namespace Oci.Distribution.Tests.Http;

public sealed class WarningTests
{
    [Fact]
    [Must("spec.md#warnings-3", "spec.md#warnings-4", "spec.md#warnings-5")]
    public async Task Warnings_OfManyAnswers_AreToldOnce()
    {
        var warnings = new List<RegistryWarning>();
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, default, "Warning: 299 - \"old, and going away\", 299 - \"also\"", $"Warning: 299 - \"number {++calls / 2}\""));
        using RegistryClient client = registry.CreateClient(o => o.OnWarning = warnings.Add);

        await client.PingAsync();
        await client.PingAsync();
        await client.PingAsync();

        Assert.Equal(["old, and going away", "also", "number 0", "number 1"], warnings.Select(w => w.Text));
        // Nothing else came of them.
        Assert.Equal(3, registry.Requests.Count);
    }

    [Fact]
    public async Task Warnings_OfManyTexts_DoNotFillTheMemory()
    {
        int told = 0;
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, default, [.. Enumerable.Range(0, 40).Select(i => $"Warning: 299 - \"{calls++}\"")]));
        using RegistryClient client = registry.CreateClient(o => o.OnWarning = _ => told++);

        for (int i = 0; i < 20; i++)
        {
            await client.PingAsync();
        }

        Assert.Equal(800, told);
    }

    [Theory]
    [InlineData("299 - \"a\"", "a")]
    [InlineData("299 - \"a\",299 - \"b\"", "a", "b")]
    [InlineData("299 - \"a\", 299 - \"\\\"b\\\"\"", "a", "\"b\"")]
    [InlineData("299 - \"a\" \"Wed, 21 Oct 2015 07:28:00 GMT\"")]
    [InlineData("299 - \"a\", 110 host \"b\"", "a")]
    [InlineData("299 - a")]
    [InlineData("299 - \"a\\")]
    [InlineData("299 - \"a\u001b[31m\"", "a [31m")]
    [InlineData("")]
    public void Header_IsReadByTheSpecsForm(string line, params string[] expected) => Assert.Equal(expected, WarningHeader.Read([line]));

    [Fact]
    public void Header_BeyondTheSpecsLimit_IsNotRead()
    {
        string line = $"299 - \"{new string('x', 2000)}\"";

        Assert.Equal(2, WarningHeader.Read([line, line, line]).Count());
    }
}
