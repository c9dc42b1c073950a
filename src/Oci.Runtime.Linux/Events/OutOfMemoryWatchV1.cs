using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Events;

/// <summary>An eventfd(2) that cgroup v1 adds to when memory is short (Documentation/admin-guide/cgroup-v1/memory.rst, "OOM Control").</summary>
internal sealed class OutOfMemoryWatchV1 : IOutOfMemoryWatch
{
    private readonly string _directory;
    private readonly SafeFileHandle _event;
    private readonly CgroupFiles _files;

    private OutOfMemoryWatchV1(string directory, SafeFileHandle eventFile, CgroupFiles files)
    {
        _directory = directory;
        _event = eventFile;
        _files = files;
    }

    public static OutOfMemoryWatchV1 Open(string directory, string containerId)
    {
        var files = new CgroupFiles(containerId);
        string path = $"{directory}/memory.oom_control";
        Libc.Eventfd(out SafeFileHandle? opened).ThrowIfFailed("eventfd");
        SafeFileHandle eventFile = opened!;
        try
        {
            Errno errno = Libc.Openat(Libc.AT_FDCWD, [.. Encoding.UTF8.GetBytes(path), 0], Libc.O_RDONLY, 0, out SafeFileHandle? control);
            if (errno != Errno.None)
            {
                throw files.Failure($"opening {path}", errno, path, null, null);
            }
            // The kernel keeps what it needs of both files; the second is closed again, the first ends the registration.
            using SafeFileHandle watched = control!;
            files.Write(directory, "cgroup.event_control",
                string.Create(CultureInfo.InvariantCulture, $"{eventFile.DangerousGetHandle()} {watched.DangerousGetHandle()}"));
            return new OutOfMemoryWatchV1(directory, eventFile, files);
        }
        catch
        {
            eventFile.Dispose();
            throw;
        }
    }

    public bool HasSignal => true;

    public ulong? ReadKillCount() =>
        CgroupText.Keyed(_files.Read(_directory, "memory.oom_control")).TryGetValue("oom_kill", out ulong count) ? count : null;

    // The kernel adds to it when the cgroup is removed, too.
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await EventLoop.Shared.WaitAsync(_event, Libc.EPOLLIN, cancellationToken).ConfigureAwait(false);
        return Directory.Exists(_directory);
    }

    public bool TakeSignal() => Libc.Read(_event, stackalloc byte[8], out int count) == Errno.None && count == 8;

    public void Dispose() => _event.Dispose();
}
