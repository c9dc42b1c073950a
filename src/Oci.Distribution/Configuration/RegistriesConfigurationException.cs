namespace Oci.Distribution.Configuration;

/// <summary>A configuration of registries is not what it must be.</summary>
public sealed class RegistriesConfigurationException : RegistryException
{
    /// <summary>Makes an exception for a place in a file.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="path">The file; <see langword="null"/> for a text.</param>
    /// <param name="line">The line, from 1; 0 where it is about no single one.</param>
    /// <param name="column">The column, from 1; 0 where it is about no single one.</param>
    /// <param name="innerException">What caused it.</param>
    public RegistriesConfigurationException(string problem, string? path = null, int line = 0, int column = 0, Exception? innerException = null)
        : base(Describe(problem, path, line, column), innerException: innerException)
    {
        Path = path;
        Line = line;
        Column = column;
    }

    /// <summary>The file; <see langword="null"/> where a text was read.</summary>
    public string? Path { get; }

    /// <summary>The line, from 1; 0 where it is about no single one.</summary>
    public int Line { get; }

    /// <summary>The column, from 1; 0 where it is about no single one.</summary>
    public int Column { get; }

    private static string Describe(string problem, string? path, int line, int column)
    {
        string where = line == 0 ? path ?? "" : path is null ? $"line {line}, column {column}" : $"{path}, line {line}, column {column}";
        return where.Length == 0 ? problem : $"{where}: {problem}";
    }
}
