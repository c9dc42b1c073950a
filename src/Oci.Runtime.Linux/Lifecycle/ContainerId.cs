namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>The rule for ids, which are names of directories.</summary>
internal static class ContainerId
{
    private const int MaxLength = 1024;

    /// <summary>Letters, digits and <c>_ + - .</c>, as runc has it, but not <c>.</c> or <c>..</c>.</summary>
    public static bool IsValid(string? id)
    {
        if (string.IsNullOrEmpty(id) || id.Length > MaxLength || id is "." or "..")
        {
            return false;
        }
        foreach (char c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '+' or '-' or '.'))
            {
                return false;
            }
        }
        return true;
    }

    /// <exception cref="ArgumentException">The id is not one.</exception>
    public static void ThrowIfInvalid(string? id, string parameterName = "id")
    {
        ArgumentNullException.ThrowIfNull(id, parameterName);
        if (!IsValid(id))
        {
            throw new ArgumentException(
                $"'{id}' is not a container id: 1 to {MaxLength} letters, digits, '_', '+', '-' and '.' are, except '.' and '..'.",
                parameterName);
        }
    }
}
