using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux.Processes;

/// <summary>The three standard descriptors of a process, made as <see cref="ContainerStdio"/> says.</summary>
internal sealed class StandardStreams : IDisposable
{
    private readonly List<SafeFileHandle> _handles = [];

    private StandardStreams()
    {
    }

    /// <summary>What the process gets, by number; to be closed here once it has them.</summary>
    public IReadOnlyList<(SafeFileHandle File, int Target)> Descriptors { get; private set; } = [];

    public Stream? Input { get; private set; }

    public Stream? Output { get; private set; }

    public Stream? Error { get; private set; }

    /// <summary>The process's terminal, where it has one; closed with the streams.</summary>
    public ContainerTerminal? Terminal { get; set; }

    public static StandardStreams Open(ContainerStdio stdio)
    {
        var streams = new StandardStreams();
        try
        {
            streams.Descriptors =
            [
                (streams.Make(stdio, stdio.Input, 0), 0),
                (streams.Make(stdio, stdio.Output, 1), 1),
                (streams.Make(stdio, stdio.Error, 2), 2),
            ];
            return streams;
        }
        catch
        {
            streams.CloseAll();
            throw;
        }
    }

    /// <summary>Closes what the process got, and keeps the streams.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles)
        {
            handle.Dispose();
        }
    }

    /// <summary>Closes the streams too, for a process that was never made.</summary>
    public void CloseAll()
    {
        Dispose();
        Terminal?.Dispose();
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
    }

    private SafeFileHandle Make(ContainerStdio stdio, SafeFileHandle? given, int number)
    {
        switch (stdio.Kind)
        {
            case ContainerStdioKind.Handles:
                return given!;
            case ContainerStdioKind.Inherit:
                return new SafeFileHandle(number, ownsHandle: false);
            case ContainerStdioKind.Null:
                Libc.Openat(Libc.AT_FDCWD, "/dev/null\0"u8, Libc.O_RDWR, 0, out SafeFileHandle? nothing).ThrowIfFailed("openat", "/dev/null");
                _handles.Add(nothing!);
                return nothing!;
            default:
                return MakePipe(number);
        }
    }

    private SafeFileHandle MakePipe(int number)
    {
        Libc.Pipe2(out SafeFileHandle? reader, out SafeFileHandle? writer).ThrowIfFailed("pipe2");
        (SafeFileHandle theirs, SafeFileHandle ours) = number == 0 ? (reader!, writer!) : (writer!, reader!);
        _handles.Add(theirs);
        var stream = new PipeEndStream(ours, canRead: number != 0);
        switch (number)
        {
            case 0:
                Input = stream;
                break;
            case 1:
                Output = stream;
                break;
            default:
                Error = stream;
                break;
        }
        return theirs;
    }
}
