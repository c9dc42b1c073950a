using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Terminals;

/// <summary>A terminal of this process in raw mode, which gets its own mode back however the process ends, SIGKILL aside.</summary>
internal sealed class HostTerminal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private readonly Libc.TerminalAttributes _original;
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _isRestored;

    private HostTerminal(SafeFileHandle file, Libc.TerminalAttributes original)
    {
        _file = file;
        _original = original;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            // Not cancelled: the signal goes on to do what it does.
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Restore()));
        }
        // After a stop, whoever had the terminal meanwhile has set its mode.
        _signals.Add(PosixSignalRegistration.Create((PosixSignal)Libc.SIGCONT, _ => MakeRaw()));
    }

    /// <summary>Puts a terminal into raw mode; null where the file is none.</summary>
    /// <param name="file">Stays the caller's, who must keep it open until this is disposed.</param>
    public static HostTerminal? Open(SafeFileHandle file)
    {
        Errno errno = Libc.GetAttributes(file, out Libc.TerminalAttributes attributes);
        if (errno != Errno.None)
        {
            return null;
        }
        var terminal = new HostTerminal(file, attributes);
        terminal.MakeRaw();
        return terminal;
    }

    /// <summary>The mode of cfmakeraw(3): every byte goes through as it is, Ctrl-C too.</summary>
    internal static Libc.TerminalAttributes ToRaw(Libc.TerminalAttributes attributes)
    {
        const uint ignbrk = 0x1, brkint = 0x2, parmrk = 0x8, istrip = 0x20, inlcr = 0x40, igncr = 0x80, icrnl = 0x100, ixon = 0x400;
        const uint opost = 0x1, csize = 0x30, cs8 = 0x30, parenb = 0x100;
        const uint isig = 0x1, icanon = 0x2, echo = 0x8, echonl = 0x40, iexten = 0x8000;
        const int vtime = 5, vmin = 6;
        attributes.c_iflag &= ~(ignbrk | brkint | parmrk | istrip | inlcr | igncr | icrnl | ixon);
        attributes.c_oflag &= ~opost;
        attributes.c_cflag = (attributes.c_cflag & ~(csize | parenb)) | cs8;
        attributes.c_lflag &= ~(echo | echonl | icanon | isig | iexten);
        unsafe
        {
            attributes.c_cc[vmin] = 1;
            attributes.c_cc[vtime] = 0;
        }
        return attributes;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }
        Restore();
    }

    private void MakeRaw()
    {
        lock (_lock)
        {
            if (!_isRestored)
            {
                // A terminal that was hung up has no mode any more (EIO), and nobody looks at it.
                _ = Libc.SetAttributes(_file, ToRaw(_original));
            }
        }
    }

    private void Restore()
    {
        lock (_lock)
        {
            if (!_isRestored)
            {
                _isRestored = true;
                _ = Libc.SetAttributes(_file, _original);
            }
        }
    }

    private void OnExit(object? sender, EventArgs e) => Restore();
}
