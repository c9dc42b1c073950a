using System.Globalization;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Processes;

/// <summary>How a process ended: an exit code, a signal, or "ended, nobody can say how".</summary>
public readonly record struct ExitStatus
{
    private readonly byte _code;
    private readonly byte _signal;

    private ExitStatus(bool isKnown, int code, int signal)
    {
        IsKnown = isKnown;
        _code = (byte)code;
        _signal = (byte)signal;
    }

    /// <summary>The process has ended and its status is lost: it was another process's child, and the kernel is older than 6.15.</summary>
    public static ExitStatus Unknown => default;

    /// <summary>Whether it is known how the process ended.</summary>
    public bool IsKnown { get; }

    /// <summary>The exit code, 0 to 255; null where a signal ended the process, or it is not known.</summary>
    public int? Code => IsKnown && _signal == 0 ? _code : null;

    /// <summary>The signal that ended the process; null where it exited by itself, or it is not known.</summary>
    public int? Signal => IsKnown && _signal != 0 ? _signal : null;

    /// <summary>Whether the process exited with code 0.</summary>
    public bool IsSuccess => Code == 0;

    /// <summary>What a shell would show: the code, or 128 + the signal; -1 where it is not known.</summary>
    public int ShellCode => !IsKnown ? -1 : _signal != 0 ? 128 + _signal : _code;

    /// <summary>An exit with a code.</summary>
    /// <param name="code">0 to 255.</param>
    public static ExitStatus FromCode(int code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, byte.MaxValue);
        return new ExitStatus(isKnown: true, code, signal: 0);
    }

    /// <summary>An end by a signal.</summary>
    /// <param name="signal">1 to 64.</param>
    public static ExitStatus FromSignal(int signal)
    {
        SignalNumber.ThrowIfInvalid(signal);
        return new ExitStatus(isKnown: true, code: 0, signal);
    }

    /// <summary><c>exit code 3</c>, <c>signal 9</c> or <c>unknown</c>.</summary>
    public override string ToString() =>
        !IsKnown ? "unknown"
        : _signal != 0 ? string.Create(CultureInfo.InvariantCulture, $"signal {_signal}")
        : string.Create(CultureInfo.InvariantCulture, $"exit code {_code}");

    /// <summary>From what waitid(2) filled in.</summary>
    internal static ExitStatus From(in Libc.ChildStatus status) =>
        status.si_code == Libc.CLD_EXITED ? FromCode(status.si_status & 0xff) : FromSignal(status.si_status);

    /// <summary>From a status as wait(2) gives it.</summary>
    internal static ExitStatus FromWaitStatus(int status)
    {
        int signal = status & 0x7f;
        return signal != 0 ? FromSignal(signal) : FromCode((status >> 8) & 0xff);
    }
}
