namespace Oci.Common;

/// <summary>A lock that is a file: one holder among all processes, or several that share.</summary>
/// <remarks>
/// FileShare.None and FileShare.Read are flock(2) on Unix and share modes on Windows: both end with the process, so a crash leaves no
/// stale lock. Neither can be awaited, hence the polling; the pause is random so that waiters do not move in step.
/// </remarks>
internal static class FileLock
{
    /// <summary>Waits until the lock is this holder's alone.</summary>
    public static Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken) =>
        OpenAsync(path, FileAccess.ReadWrite, FileShare.None, cancellationToken);

    /// <summary>Waits until nobody holds the lock alone.</summary>
    public static Task<FileStream> ShareAsync(string path, CancellationToken cancellationToken) =>
        OpenAsync(path, FileAccess.Read, FileShare.Read, cancellationToken);

    // EWOULDBLOCK of flock on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    public static bool IsHeldByAnother(IOException e) =>
        e.GetType() == typeof(IOException) && e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static async Task<FileStream> OpenAsync(string path, FileAccess access, FileShare share, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access, Share = share, BufferSize = 0 };
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                int longest = Math.Min(2 + attempt, 25);
                await Task.Delay(Random.Shared.Next(1, longest + 1), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
