using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>The directory of one container below the runtime's root, and the files in it.</summary>
internal sealed class StateDirectory(string root, string id)
{
    private const string RecordName = "state.json";
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerOnlyDirectory = 0x1C0; // 0700
    private const uint OthersMayWrite = 0x12; // 0022

    /// <summary>More than any record takes; a larger file is not one of ours.</summary>
    private const int MaxRecordSize = 1024 * 1024;

    public string Path { get; } = System.IO.Path.Combine(root, id);

    /// <summary>Whether there is a record: a directory without one is of a creation that goes on, or was cut off.</summary>
    public bool HasRecord => File.Exists(Combine(RecordName));

    /// <summary>Makes the directory.</summary>
    /// <returns>Its lock: whoever makes the directory owns it only with that.</returns>
    /// <exception cref="ContainerException">The id is in use, or the root cannot be written.</exception>
    public StateLock Create()
    {
        MakeRoot();
        Errno errno = Libc.Mkdirat(Libc.AT_FDCWD, Name(Path), OwnerOnlyDirectory);
        if (errno == Errno.EEXIST && RemoveCutOff())
        {
            errno = Libc.Mkdirat(Libc.AT_FDCWD, Name(Path), OwnerOnlyDirectory);
        }
        if (errno == Errno.EEXIST)
        {
            throw Failure("a container with this id exists already", "Delete it first, or choose another id.", errno);
        }
        if (errno != Errno.None)
        {
            throw Failure(null, "Choose another root directory (ContainerRuntimeOptions.Root).", errno);
        }
        StateLock? held = TryLock(mayCreate: true);
        if (held is null || HasRecord)
        {
            // Between the making and the locking, another process took it for one that was cut off.
            held?.Dispose();
            throw Failure("a container with this id is being created by another process", "Choose another id.", Errno.EEXIST);
        }
        return held;
    }

    /// <summary>Makes the FIFO that the container waits at, open at both ends so that opening it waits for nobody.</summary>
    public SafeFileHandle CreateStartFifo()
    {
        Libc.Mknodat(Libc.AT_FDCWD, Name(Combine("start.fifo")), Libc.S_IFIFO | OwnerOnly, 0).ThrowIfFailed("mknodat", Combine("start.fifo"));
        return Open("start.fifo", Libc.O_RDWR);
    }

    /// <summary>Opens the FIFO to start the container; null where nobody waits at it.</summary>
    public SafeFileHandle? OpenStartFifo()
    {
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Name(Combine("start.fifo")), Libc.O_WRONLY | Libc.O_NONBLOCK | Libc.O_NOFOLLOW, 0, out SafeFileHandle? file);
        if (errno is Errno.ENXIO or Errno.ENOENT)
        {
            return null;
        }
        errno.ThrowIfFailed("openat", Combine("start.fifo"));
        return file;
    }

    /// <summary>Makes the file in which the init says why it could not execute the program.</summary>
    public SafeFileHandle CreateFailureFile() => Open("failure", Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL);

    /// <summary>What the init said; empty where it executed the program.</summary>
    public byte[] ReadFailure() => File.Exists(Combine("failure")) ? File.ReadAllBytes(Combine("failure")) : [];

    /// <summary>Takes the container's lock; null where another holds it, or there is no such container.</summary>
    /// <param name="mayCreate">Whether the lock is made where the directory has none yet.</param>
    /// <returns>What releases it when it is disposed.</returns>
    public StateLock? TryLock(bool mayCreate = false)
    {
        while (true)
        {
            Errno errno = Libc.Openat(Libc.AT_FDCWD, Name(Combine("lock")), Libc.O_RDWR | Libc.O_NOFOLLOW | (mayCreate ? Libc.O_CREAT : 0), OwnerOnly, out SafeFileHandle? file);
            if (errno == Errno.ENOENT)
            {
                return null;
            }
            errno.ThrowIfFailed("openat", Combine("lock"));
            errno = Libc.TryLock(file!);
            if (errno == Errno.None && IsLockOfNow(file!))
            {
                return new StateLock(file!);
            }
            file!.Dispose();
            if (errno != Errno.None)
            {
                return errno == Errno.EAGAIN ? null : throw LinuxError.ToException(errno, "flock", Combine("lock"));
            }
            // The directory was removed between opening and locking: what is there now, if anything, is another's.
        }
    }

    /// <summary>Waits for the lock; null where another process removed the container meanwhile.</summary>
    /// <exception cref="ContainerException">Another process does not let it go.</exception>
    public async Task<StateLock?> LockAsync(ContainerRecord record)
    {
        StateLock? held = null;
        if (!await CgroupWait.UntilAsync(() => (held = TryLock()) is not null || !IsOf(record), CancellationToken.None).ConfigureAwait(false))
        {
            throw ContainerException.From(
                new ContainerFailure { ContainerId = id, Step = "waiting for its lock", Path = Combine("lock"), Hint = "End the process that holds it: see /proc/locks." },
                $"another process has held it for {CgroupWait.Limit.TotalSeconds} s");
        }
        if (held is not null && !IsOf(record))
        {
            held.Dispose();
            held = null;
        }
        return held;
    }

    /// <summary>Keeps the configuration as it was at the creation: changes to the bundle's must not affect the container (runtime-spec, runtime.md, "Create").</summary>
    public void WriteConfig(ReadOnlySpan<byte> content)
    {
        using SafeFileHandle file = Open(Bundle.ConfigName, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL);
        RandomAccess.Write(file, content, 0);
    }

    /// <summary>The configuration that was kept.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="InvalidDataException">It is not what the runtime has put there.</exception>
    /// <exception cref="InvalidSpecException">It is damaged.</exception>
    public RuntimeSpec ReadConfig()
    {
        CheckRoot();
        using SafeFileHandle file = OpenOwn(Bundle.ConfigName);
        return RuntimeSpec.Parse(Bundle.ReadConfig(file, Combine(Bundle.ConfigName)));
    }

    /// <summary>Replaces the record at once, never half.</summary>
    public void WriteRecord(ContainerRecord record)
    {
        string staged = Combine($".{RecordName}.{Guid.NewGuid():n}");
        using (SafeFileHandle file = Open(System.IO.Path.GetFileName(staged), Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL))
        {
            RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(record, SpecJsonContext.Default.ContainerRecord), 0);
        }
        File.Move(staged, Combine(RecordName), overwrite: true);
    }

    /// <summary>The record; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public ContainerRecord? ReadRecord()
    {
        if (!HasRecord)
        {
            return null;
        }
        CheckRoot();
        try
        {
            using var file = new FileStream(OpenOwn(RecordName), FileAccess.Read);
            if (file.Length > MaxRecordSize)
            {
                throw new InvalidDataException($"{Combine(RecordName)} has {file.Length} bytes; {MaxRecordSize} are allowed. Remove {Path} if it is not a container's.");
            }
            ContainerRecord? record = JsonSerializer.Deserialize(file, SpecJsonContext.Default.ContainerRecord);
            return record is null || record.FindDefect(id) is not null
                ? throw new InvalidDataException($"{Combine(RecordName)} is damaged: {record?.FindDefect(id) ?? "it is null"}. Remove {Path} once no process of the container is left.")
                : record;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{Combine(RecordName)} is damaged: {e.Message} Remove {Path} once no process of the container is left.", e);
        }
    }

    /// <summary>Whether it is still the directory of that container, and not of a later one with the same id.</summary>
    public bool IsOf(ContainerRecord record)
    {
        try
        {
            return ReadRecord() is ContainerRecord current && current.Pid == record.Pid && current.StartTime == record.StartTime;
        }
        catch (InvalidDataException)
        {
            // Only this container's can be damaged: a later one is written whole.
            return true;
        }
    }

    /// <summary>Removes the directory with all that is in it. Only who holds the lock may.</summary>
    public void Remove()
    {
        // At once: in a directory that goes file by file, another process would find no lock and make one. No id has a tilde.
        string removed = System.IO.Path.Combine(root, $"~{Guid.NewGuid():n}");
        try
        {
            Directory.Move(Path, removed);
            foreach (string name in (ReadOnlySpan<string>)[RecordName, "start.fifo", "failure", "lock"])
            {
                // What is not there is no harm, and what cannot be removed is told by the directory just below.
                _ = Libc.Unlinkat(Libc.AT_FDCWD, Name($"{removed}/{name}"), 0);
            }
            if (Libc.Unlinkat(Libc.AT_FDCWD, Name(removed), Libc.AT_REMOVEDIR) != Errno.None)
            {
                Directory.Delete(removed, recursive: true);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody removed it by hand.
        }
    }

    /// <summary>Removes what was left behind by a process that died while it created the container; false where it is no such thing.</summary>
    private bool RemoveCutOff()
    {
        if (HasRecord)
        {
            return false;
        }
        using StateLock? held = TryLock(mayCreate: true);
        if (held is null || HasRecord)
        {
            return false;
        }
        Remove();
        return true;
    }

    private void MakeRoot()
    {
        try
        {
            if (!Directory.Exists(root))
            {
                string? parent = System.IO.Path.GetDirectoryName(root);
                if (parent is not null)
                {
                    Directory.CreateDirectory(parent);
                }
                Errno errno = Libc.Mkdirat(Libc.AT_FDCWD, Name(root), OwnerOnlyDirectory);
                if (errno != Errno.EEXIST)
                {
                    errno.ThrowIfFailed("mkdirat", root);
                }
            }
            CheckRoot();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ContainerException.From(
                new ContainerFailure { ContainerId = id, Step = "making the runtime's root directory", Path = root, Errno = LinuxError.ToErrno(e), Hint = "Choose a directory that this user can write (ContainerRuntimeOptions.Root)." },
                e.Message.TrimEnd('.'),
                e);
        }
    }

    /// <summary>Refuses a root that another user made, or may write: who writes the state says whom the next call kills.</summary>
    /// <remarks>The default for ordinary users may be below <c>/tmp</c>, where anybody can be first.</remarks>
    private void CheckRoot()
    {
        foreach (int follow in (ReadOnlySpan<int>)[Libc.O_NOFOLLOW, 0])
        {
            Libc.Openat(Libc.AT_FDCWD, Name(root), Libc.O_PATH | follow, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", root);
            using SafeFileHandle file = opened!;
            Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", root);
            bool isForeign = status.stx_uid != 0 && status.stx_uid != Libc.Geteuid();
            bool isOpen = status.Type == Libc.S_IFDIR && (status.stx_mode & OthersMayWrite) != 0;
            if (isForeign || isOpen)
            {
                throw ContainerException.From(
                    new ContainerFailure { ContainerId = id, Step = "opening the runtime's root directory", Path = root, Errno = Errno.EPERM, Hint = "Choose a directory of your own that only you can write (ContainerRuntimeOptions.Root)." },
                    isForeign ? $"{root} belongs to user {status.stx_uid}" : $"{root} can be written by others");
            }
        }
    }

    private ContainerException Failure(string? detail, string hint, Errno errno) =>
        ContainerException.From(
            new ContainerFailure { ContainerId = id, Step = $"making its directory {Path}", Path = Path, Errno = errno, Hint = hint },
            detail);

    private SafeFileHandle Open(string name, int flags)
    {
        Libc.Openat(Libc.AT_FDCWD, Name(Combine(name)), flags | Libc.O_NOFOLLOW, OwnerOnly, out SafeFileHandle? file).ThrowIfFailed("openat", Combine(name));
        return file!;
    }

    /// <summary>Opens a file that the runtime has written, and nothing else in its place: no link is followed, no FIFO is waited for.</summary>
    /// <exception cref="InvalidDataException">Another has put something else there.</exception>
    private SafeFileHandle OpenOwn(string name)
    {
        string path = Combine(name);
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Name(path), Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOFOLLOW, 0, out SafeFileHandle? file);
        if (errno is not (Errno.None or Errno.ELOOP or Errno.ENXIO))
        {
            throw LinuxError.ToException(errno, "openat", path);
        }
        if (file is not null
            && Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status) == Errno.None
            && status.Type == Libc.S_IFREG
            && (status.stx_uid == 0 || status.stx_uid == Libc.Geteuid()))
        {
            return file;
        }
        file?.Dispose();
        throw new InvalidDataException($"{path} is not the file that was put there, but a link, a file of another kind, or another user's. Remove {Path} once no process of the container is left.");
    }

    /// <summary>Whether it is the lock that others find at the path.</summary>
    /// <remarks>The count of its links does not tell: while <see cref="Remove"/> empties the directory that it has moved away, an opening that was already in there makes a lock anew.</remarks>
    private bool IsLockOfNow(SafeFileHandle file)
    {
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Name(Combine("lock")), Libc.O_PATH | Libc.O_NOFOLLOW, 0, out SafeFileHandle? current);
        if (errno == Errno.ENOENT)
        {
            return false;
        }
        errno.ThrowIfFailed("openat", Combine("lock"));
        using (current)
        {
            Libc.Statx(current!, Libc.STATX_INO, out Libc.FileStatus there).ThrowIfFailed("statx", Combine("lock"));
            Libc.Statx(file, Libc.STATX_INO, out Libc.FileStatus own).ThrowIfFailed("statx", Combine("lock"));
            return there.stx_ino == own.stx_ino;
        }
    }

    private string Combine(string name) => System.IO.Path.Combine(Path, name);

    private static byte[] Name(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
