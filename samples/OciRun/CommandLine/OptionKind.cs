namespace OciRun.CommandLine;

/// <summary>What an option takes.</summary>
internal enum OptionKind
{
    /// <summary>Nothing, or <c>=true</c> or <c>=false</c>.</summary>
    Flag,

    /// <summary>One value; the last wins.</summary>
    Value,

    /// <summary>A value each time it is given.</summary>
    List,
}
