using System.Text.RegularExpressions;

namespace Oci.Interop.Tests.OciTool;

/// <summary>Help, wrong usage, and what is said of what is not there.</summary>
public sealed partial class UsageTests
{
    [Fact]
    public async Task Help_Program_ListsCommandsAndTransports()
    {
        ToolResult help = (await OciToolProcess.RunAsync("--help")).EnsureSuccess();

        Assert.Contains("Usage: oci COMMAND", help.Output, StringComparison.Ordinal);
        foreach (string word in (string[])["inspect", "copy", "unpack", "oci:DIR[:TAG]", "oci-archive:FILE[:TAG]", "docker-archive:FILE[:NAME]", "docker://NAME", "Exit codes"])
        {
            Assert.Contains(word, help.Output, StringComparison.Ordinal);
        }
        Assert.Equal("", help.Error);
    }

    [Fact]
    public async Task Help_EachCommand_TeachesByExamples()
    {
        ToolResult program = (await OciToolProcess.RunAsync("--help")).EnsureSuccess();
        string[] commands = [.. CommandLine().Matches(program.Output.Split("Commands:")[1].Split("\n\n")[0]).Select(m => m.Groups[1].Value)];
        Assert.True(commands.Length >= 4, program.Output);

        foreach (string command in commands)
        {
            string help = (await OciToolProcess.RunAsync(command, "--help")).EnsureSuccess().Output;

            Assert.Contains($"Usage: oci {command}", help, StringComparison.Ordinal);
            Assert.DoesNotContain(help.Split('\n'), line => line.Length > 120);
            if (!help.Contains("Commands:", StringComparison.Ordinal))
            {
                Assert.True(ExampleLine().Count(help) >= 2, help);
            }
        }
    }

    [Theory]
    [InlineData("needs a command")]
    [InlineData("There is no command 'instect'; is it 'inspect'", "instect", "oci:x")]
    [InlineData("There is no option '--rwa' of 'oci inspect'; is it '--raw'", "inspect", "--rwa", "oci:x")]
    [InlineData("has no transport", "inspect", "debian:12")]
    [InlineData("is not a digest", "inspect", "oci:x@sha256:123")]
    [InlineData("names no directory", "inspect", "oci:")]
    [InlineData("lower-case name", "inspect", "docker://localhost:5000/UPPER")]
    [InlineData("one argument too many", "inspect", "oci:x", "oci:y")]
    [InlineData("give one of them", "inspect", "oci:x", "--raw", "--config")]
    [InlineData("is no platform", "copy", "oci:x", "oci:y", "--platform", "linux")]
    [InlineData("not both", "copy", "oci:x", "oci:y", "--platform", "linux/arm64", "--all")]
    [InlineData("give it without --referrers", "copy", "oci:x", "oci:y", "--format", "oci", "--referrers")]
    [InlineData("names no registry", "catalog", "debian")]
    [InlineData("is more than a registry", "catalog", "localhost:5000/app")]
    [InlineData("is no place to sync", "sync", "debian", "oci:x")]
    [InlineData("with a lower-case path and no tag", "sync", "docker://localhost:5000/app:v1", "oci:x")]
    [InlineData("no number from 1 up", "sync", "docker://localhost:5000", "oci:x", "--newest", "0")]
    [InlineData("names no tag and no digest", "delete", "docker://localhost:5000/app")]
    [InlineData("deletes a tag", "delete", "--tag-only", "oci:x@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("is no media type", "push", "oci:x:v1", "file", "--artifact-type", "report")]
    [InlineData("not of the form NAME=VALUE", "push", "oci:x:v1", "file", "--annotation", "a")]
    [InlineData("names no file", "push", "oci:x:v1", ":text/plain")]
    [InlineData("--artifact-type is missing", "attach", "oci:x:v1", "file")]
    [InlineData("nothing to change", "config", "oci:x:v1")]
    [InlineData("not of the form NAME=VALUE", "config", "oci:x:v1", "--env", "PATH")]
    [InlineData("not a JSON array", "config", "oci:x:v1", "--cmd", "[1")]
    public async Task Run_BadUsage_Exits2WithOneSentence(string expected, params string[] arguments)
    {
        string error = await OciToolProcess.FailAsync(2, arguments);

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("--help'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not an OCI layout", "inspect", "oci:/no/such/layout:v1")]
    [InlineData("/no/such/file.tar", "inspect", "docker-archive:/no/such/file.tar")]
    [InlineData("no file or directory /no/such/file", "push", "oci:/no/such/place:v1", "/no/such/file")]
    [InlineData("/no/such/file.tar", "copy", "oci-archive:/no/such/file.tar", "oci:/no/such/place")]
    [InlineData("127.0.0.1:1", "inspect", "docker://127.0.0.1:1/app:v1")]
    public async Task Run_NotThere_Exits1AndSaysWhat(string expected, params string[] arguments)
    {
        Assert.Contains(expected, await OciToolProcess.FailAsync(1, arguments), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"^  oci |\| oci ", RegexOptions.Multiline)]
    private static partial Regex ExampleLine();
}
