namespace OciRun.CommandLine;

/// <summary>The options that were given, with their values.</summary>
internal sealed class OptionValues
{
    private readonly List<(Option Option, string Value)> _given = [];

    public void Add(Option option, string value) => _given.Add((option, value));

    /// <summary>Whether a flag is given, and not as <c>=false</c>.</summary>
    public bool IsSet(Option flag) => this[flag] is "true";

    /// <summary>The value of an option that was given; null where it was not. An empty value is one: it switches off, as in <c>--cwd=</c>.</summary>
    public string? this[Option option]
    {
        get
        {
            for (int i = _given.Count - 1; i >= 0; i--)
            {
                if (_given[i].Option == option)
                {
                    return _given[i].Value;
                }
            }
            return null;
        }
    }

    /// <summary>The value of an option; null where it was not given or is empty.</summary>
    public string? NotEmpty(Option option) => this[option] is { Length: > 0 } value ? value : null;

    /// <summary>All values of an option, in order.</summary>
    public string[] All(Option option) => [.. _given.Where(g => g.Option == option).Select(g => g.Value)];

    /// <summary>A count, such as of descriptors; 0 where it was not given.</summary>
    /// <exception cref="UsageException">It is no number.</exception>
    public int Count(Option option) =>
        this[option] is not string text ? 0
        : int.TryParse(text, out int number) && number >= 0 ? number
        : throw new UsageException($"invalid value \"{text}\" for flag -{option.Name}: a number of 0 or more is due");
}
