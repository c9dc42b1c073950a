using Oci.Common;

namespace Oci.Image.Layouts;

/// <summary>The locks of a layout: one holder among all processes, or several that share.</summary>
internal static class LayoutLock
{
    /// <summary>Waits until the lock is this holder's alone.</summary>
    public static Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(Check(path), cancellationToken);

    /// <summary>Waits until nobody holds the lock alone.</summary>
    public static Task<FileStream> ShareAsync(string path, CancellationToken cancellationToken) =>
        FileLock.ShareAsync(Check(path), cancellationToken);

    internal static bool IsHeldByAnother(IOException e) => FileLock.IsHeldByAnother(e);

    // Who opens a FIFO waits for whoever is at its other end.
    private static string Check(string path) => RegularFile.Find(path) is { IsRegular: false } other
        ? throw new IOException($"'{path}' is {other.Other}, where a lock file is due.")
        : path;
}
