using Microsoft.Extensions.Logging;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>The users of one htpasswd file, read again when it changes.</summary>
internal sealed partial class HtpasswdStore(string path, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private HtpasswdFile? _file;
    private (DateTime Time, long Length) _version;
    private long _checked;

    /// <summary>The file as it is now. One that was broken by an edit leaves the users as they were, and is logged.</summary>
    /// <exception cref="IOException">It cannot be read, and never could.</exception>
    /// <exception cref="InvalidDataException">It is none, and never was.</exception>
    public HtpasswdFile Get()
    {
        lock (_lock)
        {
            if (_file is not null && time.GetElapsedTime(_checked) < CheckPeriod)
            {
                return _file;
            }
            _checked = time.GetTimestamp();
            var info = new FileInfo(path);
            (DateTime, long) version = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
            if (_file is not null && version == _version)
            {
                return _file;
            }
            try
            {
                _file = HtpasswdFile.Load(path);
            }
            catch (Exception e) when (_file is not null && e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                LogBroken(e);
            }
            _version = version;
            return _file;
        }
    }

    [LoggerMessage(10, LogLevel.Error, "The htpasswd file was changed and cannot be used; the users stay as they were.")]
    private partial void LogBroken(Exception exception);
}
