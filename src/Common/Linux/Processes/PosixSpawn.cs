using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    private const short POSIX_SPAWN_SETSIGDEF = 0x04;
    private const short POSIX_SPAWN_SETSIGMASK = 0x08;

    // Larger than the structs of glibc (80, 336 and 128 bytes) and musl.
    private const int SpawnFileActionsSize = 256;
    private const int SpawnAttributesSize = 512;
    private const int SignalSetSize = 128;

    /// <summary>
    /// posix_spawn(3) with an empty environment, no signal blocked and all of them at their default: SIGPIPE is ignored
    /// in .NET processes, and an ignored signal would survive execve(2).
    /// </summary>
    /// <param name="path">The program, ending in NUL.</param>
    /// <param name="name">Its argv[0], ending in NUL.</param>
    /// <param name="descriptors">Descriptors and the numbers that they get; none of them may be one of those numbers, unless its own.</param>
    /// <param name="pid">The child, which the caller must wait for.</param>
    public static Errno PosixSpawn(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<(int Source, int Target)> descriptors, out int pid)
    {
        CheckTerminated(path);
        CheckTerminated(name);
        byte* actions = stackalloc byte[SpawnFileActionsSize];
        byte* attributes = stackalloc byte[SpawnAttributesSize];
        byte* signals = stackalloc byte[SignalSetSize];
        byte* pathPointer = stackalloc byte[path.Length];
        byte* namePointer = stackalloc byte[name.Length];
        path.CopyTo(new Span<byte>(pathPointer, path.Length));
        name.CopyTo(new Span<byte>(namePointer, name.Length));
        byte** argv = stackalloc byte*[2] { namePointer, null };
        byte** envp = stackalloc byte*[1] { null };

        pid = 0;
        int error = posix_spawn_file_actions_init(actions);
        if (error != 0)
        {
            return (Errno)error;
        }
        error = posix_spawnattr_init(attributes);
        if (error != 0)
        {
            _ = posix_spawn_file_actions_destroy(actions);
            return (Errno)error;
        }
        try
        {
            new Span<byte>(signals, SignalSetSize).Clear();
            error = posix_spawnattr_setsigmask(attributes, signals);
            new Span<byte>(signals, SignalSetSize).Fill(0xff);
            error = error != 0 ? error : posix_spawnattr_setsigdefault(attributes, signals);
            error = error != 0 ? error : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
            foreach ((int source, int target) in descriptors)
            {
                error = error != 0 ? error : posix_spawn_file_actions_adddup2(actions, source, target);
            }
            return (Errno)(error != 0 ? error : posix_spawn(out pid, pathPointer, actions, attributes, argv, envp));
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    [LibraryImport(Library)]
    private static partial int posix_spawn(out int pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int newfd);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);
}
