namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Runs one test of this program again, in a process of its own whose surroundings a test has prepared.</summary>
internal static class OtherProcess
{
    /// <summary>Set in such a process, to what it needs to know; its tests are skipped elsewhere.</summary>
    public const string Variable = "OCI_TEST_OTHER_PROCESS";

    public static string Argument
    {
        get
        {
            string? value = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(value is null, "Runs only as a part of another test.");
            return value!;
        }
    }

    /// <summary>Runs a test method, by a command that ends with executing its last arguments, if one is given.</summary>
    public static Task<ToolResult> RunAsync(string[] command, string method, string argument)
    {
        string[] line = [.. command, Path.Combine(AppContext.BaseDirectory, "Oci.Runtime.Linux.Tests"), "-method", $"*.{method}", "-noLogo"];
        return ToolResult.RunAsync(line[0], line[1..], TimeSpan.FromMinutes(2), new Dictionary<string, string?> { [Variable] = argument });
    }
}
