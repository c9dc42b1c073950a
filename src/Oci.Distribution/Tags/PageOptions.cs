namespace Oci.Distribution.Tags;

/// <summary>Which part of a list is read, and in what pieces.</summary>
public sealed class PageOptions
{
    /// <summary>The most names that the registry is asked for at once (<c>n</c>); it may give fewer. Default <see langword="null"/>: it chooses.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public int? PageSize
    {
        get;
        set
        {
            if (value is int size)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
            }
            field = value;
        }
    }

    /// <summary>Only what comes after this name in the registry's order (<c>last</c>). It need not be there. Default <see langword="null"/>: from the start.</summary>
    public string? After { get; set; }

    internal string ToQuery(string? after)
    {
        string size = PageSize is int n ? $"n={n}" : "";
        string last = after is null ? "" : $"last={Uri.EscapeDataString(after)}";
        return (size + last).Length == 0 ? "" : $"?{size}{(size.Length > 0 && last.Length > 0 ? "&" : "")}{last}";
    }
}
