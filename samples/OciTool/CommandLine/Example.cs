namespace OciTool.CommandLine;

/// <summary>A command line that the help shows, and what it does.</summary>
internal sealed record Example(string CommandLine, string Purpose);
