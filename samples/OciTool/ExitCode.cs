namespace OciTool;

/// <summary>What the tool tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It failed, or <c>validate</c> has found errors.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int BadUsage = 2;
}
