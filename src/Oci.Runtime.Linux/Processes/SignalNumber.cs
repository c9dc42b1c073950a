using System.Runtime.CompilerServices;

namespace Oci.Runtime.Linux.Processes;

/// <summary>Numbers of signals (signal(7)).</summary>
internal static class SignalNumber
{
    /// <summary>Throws unless it is 1 to 64.</summary>
    public static void ThrowIfInvalid(int signal, [CallerArgumentExpression(nameof(signal))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(signal, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signal, 64, name);
    }
}
