using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OciRun.Output;

/// <summary>Writes one line per event in runc's form, which podman and containerd read their messages from.</summary>
internal sealed class LogWriter(Settings settings)
{
    /// <summary>What failed: to the log, and to standard error too where the log is a file.</summary>
    public void Error(string message)
    {
        Write("error", message);
        if (settings.LogPath is not null)
        {
            Standard.WriteError(message + "\n");
        }
    }

    /// <summary>
    /// What is done with less than was asked for: to a log that is a file, or to somebody at a terminal. Standard error is
    /// the container's otherwise, and podman would show the line as the container's own.
    /// </summary>
    public void Warn(string message)
    {
        if (settings.LogPath is not null || settings.IsDebug || !Console.IsErrorRedirected)
        {
            Write("warning", message);
        }
    }

    public void Debug(string message)
    {
        if (settings.IsDebug)
        {
            Write("debug", message);
        }
    }

    private void Write(string level, string message)
    {
        byte[] line = settings.LogsJson ? ToJson(level, message) : ToText(level, message);
        if (settings.LogPath is not string path)
        {
            using Stream error = Console.OpenStandardError();
            error.Write(line);
            return;
        }
        // Appended in one write: containers that share a log do not mix their lines.
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(line);
    }

    private static byte[] ToJson(string level, string message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level", level);
            json.WriteString("msg", message);
            json.WriteString("time", Now());
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static byte[] ToText(string level, string message)
    {
        string escaped = message.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"time=\"{Now()}\" level={level} msg=\"{escaped}\"\n");
    }

    private static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
