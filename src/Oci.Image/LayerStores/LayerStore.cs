using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.LayerStores;

/// <summary>A directory of unpacked layers, each once, that containers of many images share as the lower layers of overlayfs.</summary>
/// <remarks>
/// <para>
/// Thread-safe, and safe among processes: a layer is unpacked by one of them while the others wait, is verified by size,
/// digest and DiffID, and appears under its name when it is whole. What a crash leaves behind is removed by the next who
/// unpacks that layer, or by <see cref="CollectAsync"/>.
/// </para>
/// <para>
/// A layer that cannot be told without those below it (a directory without an entry of its own, a hardlink into a lower
/// layer) is unpacked together with them, under the ChainID. One store belongs to one user. Linux only.
/// </para>
/// </remarks>
public sealed class LayerStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const uint OthersMayWrite = 0x12; // 0022

    private readonly LayerStorePaths _paths;
    private readonly LayerStoreOptions _options;

    private LayerStore(LayerStorePaths paths, LayerStoreOptions options)
    {
        _paths = paths;
        _options = options;
    }

    /// <summary>The store's directory, an absolute path.</summary>
    public string Path => _paths.Root;

    /// <summary>Opens a store, which is made where there is none.</summary>
    /// <param name="path">Its directory, on a file system that overlayfs takes layers from. It is made with mode 0700.</param>
    /// <param name="options">Settings; the defaults where null.</param>
    /// <exception cref="IOException">The directory cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user, or others can write to it.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static LayerStore Open(string path, LayerStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Layers are unpacked for overlayfs on Linux only.");
        }
        var paths = new LayerStorePaths(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        foreach (string directory in (ReadOnlySpan<string>)[paths.Root, paths.Layers, paths.Locks, paths.Pins])
        {
            Directory.CreateDirectory(directory, OwnerOnly);
            ThrowIfOthersCanWrite(directory);
        }
        return new LayerStore(paths, new LayerStoreOptions
        {
            Unpack = options?.Unpack?.Copy(),
            MaxConcurrentLayers = options?.MaxConcurrentLayers ?? new LayerStoreOptions().MaxConcurrentLayers,
        });
    }

    /// <summary>Brings the layers of an image into the store, and keeps them there.</summary>
    /// <param name="image">The image. Layers that the store lacks are read from its source, several at a time, and unpacked as they come.</param>
    /// <param name="progress">Told every few megabytes.</param>
    /// <param name="cancellationToken">Stops; layers that are whole by then stay in the store.</param>
    /// <returns>The layers' directories, to be disposed by the caller when no container uses them any more.</returns>
    /// <exception cref="OciImageException">A layer is bad, or an entry of one is refused.</exception>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public Task<LayerLease> AcquireAsync(OciImage image, IProgress<UnpackProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Task.Run(() => new LayerAcquisition(_paths, _options, image, progress).RunAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Keeps layers in the store under a name, beyond this process, as for a container that outlives it.</summary>
    /// <param name="name">A name, as a container's id: letters, digits and <c>_ + - .</c>; what it kept before is let go.</param>
    /// <param name="lease">The layers.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public void Pin(string name, LayerLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        string pin = PinPath(name);
        string staged = System.IO.Path.Combine(_paths.Pins, $"~{Guid.NewGuid():n}");
        File.WriteAllLines(staged, lease.Keys.Select(key => key.Text));
        File.Move(staged, pin, overwrite: true);
    }

    /// <summary>Lets go of what was kept under a name; nothing where there is no such name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public void Unpin(string name) => File.Delete(PinPath(name));

    /// <summary>Removes the layers that no lease holds and no name keeps, and what crashes left behind.</summary>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns>How many layers were removed.</returns>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public Task<int> CollectAsync(CancellationToken cancellationToken = default) => Task.Run(() => Collect(cancellationToken), cancellationToken);

    /// <summary>Who can write the store says what runs in the containers that use it.</summary>
    private static void ThrowIfOthersCanWrite(string directory)
    {
        Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(directory + '\0'), Libc.O_PATH | Libc.O_DIRECTORY, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", directory);
        using SafeFileHandle file = opened!;
        Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", directory);
        if ((status.stx_uid != 0 && status.stx_uid != Libc.Geteuid()) || (status.stx_mode & OthersMayWrite) != 0)
        {
            throw new UnauthorizedAccessException($"The layer store {directory} belongs to another user, or others can write to it. Choose a directory of your own that only you can write.");
        }
    }

    private int Collect(CancellationToken cancellationToken)
    {
        int removed = 0;
        foreach (string name in Directory.EnumerateDirectories(_paths.Layers).Select(d => System.IO.Path.GetFileName(d)).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isLayer = LayerKey.TryParse(name, out LayerKey key);
            if (!isLayer && !LayerDirectory.TryParseStaged(name, out key))
            {
                continue;
            }
            using LayerLock? held = LayerLock.TryShare(_paths.LockOf(key));
            // With the lock alone, nobody can acquire it, so that no pin can come to it.
            if (held?.TryTakeAlone() != true)
            {
                continue;
            }
            var directory = new LayerDirectory(_paths.Layers, key);
            directory.RemoveStaged();
            if (isLayer && !IsPinned(key))
            {
                directory.Remove();
                removed++;
            }
            held.Remove();
        }
        return removed;
    }

    private bool IsPinned(LayerKey key) => Directory.EnumerateFiles(_paths.Pins).Any(pin => Names(pin, key));

    private static bool Names(string pin, LayerKey key)
    {
        try
        {
            return File.ReadLines(pin).Contains(key.Text, StringComparer.Ordinal);
        }
        catch (FileNotFoundException)
        {
            // It was let go just now.
            return false;
        }
    }

    private string PinPath(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        bool isName = name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.') && name.Length <= 200;
        return isName ? System.IO.Path.Combine(_paths.Pins, name) : throw new ArgumentException($"'{name}' is no name: letters, digits and _ + - . are allowed, no dot at the start, 200 in all.", nameof(name));
    }
}
