using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>The directory of one container below the runtime's root, and the files in it.</summary>
internal sealed class StateDirectory(string root, string id)
{
    private const string RecordName = "state.json";
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerOnlyDirectory = 0x1C0; // 0700

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
        if (errno == Errno.EEXIST && IsCutOff())
        {
            Remove();
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
        return TryLock() ?? throw Failure("another process creates a container with this id", "Choose another id.", Errno.EEXIST);
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

    /// <summary>Takes the container's lock; null where another holds it.</summary>
    /// <returns>What releases it when it is disposed.</returns>
    public StateLock? TryLock()
    {
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Name(Combine("lock")), Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, OwnerOnly, out SafeFileHandle? file);
        if (errno == Errno.ENOENT)
        {
            return null;
        }
        errno.ThrowIfFailed("openat", Combine("lock"));
        errno = Libc.TryLock(file!);
        if (errno == Errno.None)
        {
            return new StateLock(file!);
        }
        file!.Dispose();
        return errno == Errno.EAGAIN ? null : throw LinuxError.ToException(errno, "flock", Combine("lock"));
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
        try
        {
            using FileStream file = File.OpenRead(Combine(RecordName));
            if (file.Length > MaxRecordSize)
            {
                throw new InvalidDataException($"{file.Name} has {file.Length} bytes; {MaxRecordSize} are allowed. Remove {Path} if it is not a container's.");
            }
            return JsonSerializer.Deserialize(file, SpecJsonContext.Default.ContainerRecord);
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

    /// <summary>Removes the directory with all that is in it.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process removed it first.
        }
    }

    /// <summary>Whether it was left behind by a process that died while it created the container.</summary>
    private bool IsCutOff()
    {
        if (HasRecord)
        {
            return false;
        }
        using StateLock? held = TryLock();
        return held is not null && !HasRecord;
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
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ContainerException.From(
                new ContainerFailure { ContainerId = id, Step = "making the runtime's root directory", Path = root, Errno = (Errno)(e.HResult is > 0 and < 134 ? e.HResult : 0), Hint = "Choose a directory that this user can write (ContainerRuntimeOptions.Root)." },
                e.Message.TrimEnd('.'),
                e);
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

    private string Combine(string name) => System.IO.Path.Combine(Path, name);

    private static byte[] Name(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
