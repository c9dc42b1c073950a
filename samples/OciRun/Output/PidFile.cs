using System.Globalization;

namespace OciRun.Output;

/// <summary>Writes the file of <c>--pid-file</c>: whole or not at all, since others wait for it.</summary>
internal static class PidFile
{
    public static void Write(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        string staged = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}");
        File.WriteAllText(staged, pid.ToString(CultureInfo.InvariantCulture));
        File.Move(staged, full, overwrite: true);
    }
}
