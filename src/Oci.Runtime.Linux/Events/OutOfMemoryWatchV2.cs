using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Events;

/// <summary>The file <c>memory.events</c> of cgroup v2, which counts the killed and tells when it changes.</summary>
internal sealed class OutOfMemoryWatchV2 : IOutOfMemoryWatch
{
    private readonly CgroupFileWatch _file;

    private OutOfMemoryWatchV2(CgroupFileWatch file) => _file = file;

    /// <summary>Null where the cgroup has no memory controller.</summary>
    public static OutOfMemoryWatchV2? Open(string directory, string containerId)
    {
        string path = $"{directory}/memory.events";
        Errno errno = CgroupFileWatch.Open(path, out CgroupFileWatch? file);
        return errno switch
        {
            Errno.None => new OutOfMemoryWatchV2(file!),
            Errno.ENOENT => null,
            _ => throw new CgroupFiles(containerId).Failure($"opening {path}", errno, path, null, null),
        };
    }

    public bool HasSignal => false;

    public ulong? ReadKillCount() => CgroupText.Keyed(_file.Read()).TryGetValue("oom_kill", out ulong count) ? count : null;

    public Task<bool> WaitAsync(CancellationToken cancellationToken) => _file.WaitAsync(cancellationToken);

    // The file changes for other reasons too: the count alone tells.
    public bool TakeSignal() => false;

    public void Dispose() => _file.Dispose();
}
