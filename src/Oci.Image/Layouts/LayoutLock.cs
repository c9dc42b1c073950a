namespace Oci.Image.Layouts;

/// <summary>The lock under which <c>index.json</c> is changed: one holder among all processes.</summary>
/// <remarks>
/// FileShare.None is flock(2) on Unix and a share mode on Windows: both end with the process, so a crash leaves no
/// stale lock. Neither can be awaited, hence the polling; the pause is random so that waiters do not move in step.
/// </remarks>
internal static class LayoutLock
{
    public static async Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    BufferSize = 0,
                });
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                int longest = Math.Min(2 + attempt, 25);
                await Task.Delay(Random.Shared.Next(1, longest + 1), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // EWOULDBLOCK of flock on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    internal static bool IsHeldByAnother(IOException e) =>
        e.GetType() == typeof(IOException) && e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
