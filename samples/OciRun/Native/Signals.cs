using System.Globalization;

namespace OciRun.Native;

/// <summary>The signals of Linux on x86-64 and arm64 (signal(7)).</summary>
internal static class Signals
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;
    public const int SIGALRM = 14;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGTSTP = 20;
    public const int SIGWINCH = 28;
    public const int SIGPWR = 30;

    private const int Last = 64;

    // By number, from 1.
    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
        "PWR", "SYS",
    ];

    /// <summary>The number of <c>9</c>, <c>KILL</c>, <c>sigkill</c> or <c>RTMIN+3</c>; null where it is none.</summary>
    public static int? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number is >= 1 and <= Last ? number : null;
        }
        ReadOnlySpan<char> name = text;
        if (name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase))
        {
            name = name[3..];
        }
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
            {
                return i + 1;
            }
        }
        return name.Equals("IOT", StringComparison.OrdinalIgnoreCase) ? 6
            : name.Equals("CLD", StringComparison.OrdinalIgnoreCase) ? 17
            : name.Equals("POLL", StringComparison.OrdinalIgnoreCase) ? 29
            : ParseRealtime(name);
    }

    /// <summary>glibc keeps the first two to itself, so SIGRTMIN is 34.</summary>
    private static int? ParseRealtime(ReadOnlySpan<char> name)
    {
        const int First = 34;
        (int start, int sign) = name.StartsWith("RTMIN", StringComparison.OrdinalIgnoreCase) ? (First, 1)
            : name.StartsWith("RTMAX", StringComparison.OrdinalIgnoreCase) ? (Last, -1)
            : (0, 0);
        if (start == 0)
        {
            return null;
        }
        ReadOnlySpan<char> rest = name[5..];
        if (rest.IsEmpty)
        {
            return start;
        }
        bool isOffset = rest[0] == (sign > 0 ? '+' : '-')
            && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
            && offset <= Last - First;
        return isOffset ? start + (sign * int.Parse(rest[1..], CultureInfo.InvariantCulture)) : null;
    }
}
