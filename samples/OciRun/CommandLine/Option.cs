namespace OciRun.CommandLine;

/// <summary>One option of the command line.</summary>
/// <param name="Name">Its name, without dashes.</param>
/// <param name="Help">What it does, for <c>--help</c>.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Alias">Its one-letter name.</param>
internal sealed record Option(string Name, string Help, OptionKind Kind = OptionKind.Value, char? Alias = null)
{
    /// <summary>As help shows it: <c>--bundle value, -b value</c>.</summary>
    public string Synopsis
    {
        get
        {
            string value = Kind == OptionKind.Flag ? "" : " value";
            return Alias is char alias ? $"--{Name}{value}, -{alias}{value}" : $"--{Name}{value}";
        }
    }

    public bool Is(ReadOnlySpan<char> name) =>
        name.SequenceEqual(Name) || (Alias is char alias && name.Length == 1 && name[0] == alias);
}
