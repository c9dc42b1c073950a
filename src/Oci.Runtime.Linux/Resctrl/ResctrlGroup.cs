using System.Globalization;
using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Resctrl;

/// <summary>A class of service for a container's caches and memory bandwidth (runtime-spec, config-linux.md#intelrdt).</summary>
/// <remarks>A pure writer of the tree under <paramref name="mount"/>: which tree it is does not matter to it.</remarks>
/// <param name="mount">Where resctrl is mounted.</param>
/// <param name="containerId">The container's id.</param>
/// <param name="config">What is asked for.</param>
/// <param name="makeDirectory">Makes a directory; the kernel fills it with files.</param>
internal sealed class ResctrlGroup(string mount, string containerId, LinuxIntelRdt config, Action<string>? makeDirectory = null)
{
    private const string Pointer = "/linux/intelRdt";

    private readonly Action<string> _makeDirectory = makeDirectory ?? (path => Directory.CreateDirectory(path));
    private readonly List<string> _made = [];

    /// <summary>The directories that were made for the container, in the order to remove them.</summary>
    public IReadOnlyList<string> Made => _made;

    /// <summary>Those of <see cref="Made"/> that end with the container: a group that closID names stays (config-linux.md#intelrdt).</summary>
    public IReadOnlyList<string> Owned => string.IsNullOrEmpty(config.ClosId) ? _made : [.. _made.Where(path => path != Group)];

    // A closID of "/" is the default class, the root of the tree.
    private string Group => string.IsNullOrEmpty(config.ClosId) ? Path.Combine(mount, containerId) : config.ClosId == "/" ? mount : Path.Combine(mount, config.ClosId);

    private string Monitor => Path.Combine(Group, "mon_groups", containerId);

    /// <summary>Makes or checks the group, and writes what is asked for.</summary>
    /// <exception cref="ContainerException">The group is not there, says otherwise, or the kernel refuses a value.</exception>
    public void Create()
    {
        bool isNamed = !string.IsNullOrEmpty(config.ClosId);
        IReadOnlyList<string> combined = ResctrlSchema.Combine(config.L3CacheSchema, config.MemBwSchema);
        IReadOnlyList<string> schemata = config.Schemata ?? [];
        if (Directory.Exists(Group))
        {
            if (isNamed && ResctrlSchema.FindMismatch([.. combined, .. schemata], Read("schemata")) is string line)
            {
                throw Failure($"checking {Group}", Errno.EINVAL, Group, $"the group is there and has not the line '{line}'", "Use another closID, or the values that the group has.");
            }
            if (!isNamed)
            {
                throw Failure($"making {Group}", Errno.EEXIST, Group, null, "A group of that name is left from another container: remove it, or name one by closID.");
            }
        }
        else
        {
            if (isNamed && combined.Count == 0 && schemata.Count == 0)
            {
                throw Failure($"looking for {Group}", Errno.ENOENT, Group, "a closID without schemata must be there already", "Make the group beforehand, or add schemata.");
            }
            Make(Group);
            // The list is written last (config-linux.md#intelrdt, schemata).
            WriteLines(combined, "l3CacheSchema");
            WriteLines(schemata, "schemata");
        }
        if (config.EnableMonitoring == true || config.EnableCmt == true || config.EnableMbm == true)
        {
            Make(Monitor);
            _made.Reverse();
        }
    }

    /// <summary>Puts a process into the group; its children are born there.</summary>
    public void Add(int pid)
    {
        string text = pid.ToString(CultureInfo.InvariantCulture);
        Write(Path.Combine(Group, "tasks"), text, Pointer + "/closID");
        if (_made.Contains(Monitor))
        {
            Write(Path.Combine(Monitor, "tasks"), text, Pointer + "/enableMonitoring");
        }
    }

    /// <summary>Removes directories of <see cref="Made"/>. What has gone already is no error.</summary>
    public static void Remove(IReadOnlyList<string>? made)
    {
        foreach (string path in made ?? [])
        {
            Errno errno = Libc.Unlinkat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), Libc.AT_REMOVEDIR);
            if (errno != Errno.ENOENT)
            {
                errno.ThrowIfFailed("unlinkat", path);
            }
        }
    }

    private void Make(string path)
    {
        try
        {
            _makeDirectory(path);
            _made.Add(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure($"making {path}", LinuxError.ToErrno(e), path, e.Message, "The processor has only so many classes of service (info/*/num_closids) and monitoring groups (info/L3_MON/num_rmids).", e);
        }
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(Group, file));

    private void WriteLines(IReadOnlyList<string> lines, string member)
    {
        if (lines.Count > 0)
        {
            Write(Path.Combine(Group, "schemata"), string.Join('\n', lines) + "\n", $"{Pointer}/{member}");
        }
    }

    private void Write(string path, string value, string pointer)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.UTF8.GetBytes(value));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The kernel tells the reason here, and only here.
            string status = Path.Combine(mount, "info", "last_cmd_status");
            string detail = File.Exists(status) ? $"{e.Message} {File.ReadAllText(status).Trim()}" : e.Message;
            throw Failure($"writing '{value.TrimEnd()}' to {path}", LinuxError.ToErrno(e), path, detail, null, e, pointer);
        }
    }

    private ContainerException Failure(string step, Errno errno, string path, string? detail, string? hint, Exception? cause = null, string pointer = Pointer) =>
        ContainerException.From(
            new ContainerFailure { ContainerId = containerId, Step = step, Errno = errno, Path = path, SpecPointer = pointer, Hint = hint },
            detail,
            cause);
}
